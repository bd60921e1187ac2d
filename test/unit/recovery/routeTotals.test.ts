import type { GatewayEvent } from '../../../src/chains/watcher/readGatewayEvents';
import { emptySlot, type OperationKind, type Slot } from '../../../src/domain/slot';
import type { LedgerSettlement } from '../../../src/ledger/ledger';
import { createRouteTotals } from '../../../src/recovery/routeTotals';

const rowOf = (token: string, amount: bigint) =>
  ({
    record: { sourceChain: 'alder', destinationChain: 'birch', token },
    order: { amount },
  }) as unknown as LedgerSettlement;
const event = (kind: OperationKind, amount: bigint) => ({ kind, amount }) as unknown as GatewayEvent;
const slot = (state: Slot['state']): Slot => ({ ...emptySlot, state });

function totalsOf(kinds: readonly OperationKind[]) {
  const totals = createRouteTotals();
  const [done, flying, back, other] = [rowOf('0xA', 5n), rowOf('0xA', 7n), rowOf('0xA', 11n), rowOf('0xB', 2n ** 200n)];
  totals.addSlots(done, slot('Burned'), slot('Minted'));
  totals.addSlots(flying, slot('Burned'), slot('Cancelled'));
  totals.addSlots(back, slot('Refunded'), slot('None'));
  totals.addSlots(other, slot('Burned'), slot('None'));
  for (const row of [done, flying, back]) totals.addEvent(row, event('Burn', row.order.amount));
  if (kinds.includes('Mint')) totals.addEvent(done, event('Mint', 5n));
  if (kinds.includes('Refund')) totals.addEvent(back, event('Refund', 11n));
  totals.addEvent(flying, event('CancelMint', 7n));
  totals.addEvent(other, event('Burn', 2n ** 200n));
  return totals.routes();
}

describe('the totals of a route', () => {
  it('are kept for each token alone, and what was burned is minted, refunded or in flight', () => {
    expect(totalsOf(['Mint', 'Refund'])).toMatchObject([
      { token: '0xA', burned: '23', refunded: '11', minted: '5', reversed: '0', inFlight: '7', unaccounted: '0' },
      { token: '0xB', burned: `${2n ** 200n}`, inFlight: `${2n ** 200n}`, unaccounted: '0' },
    ]);
  });

  it('tell how much is missing where events and slots do not fit', () => {
    expect(totalsOf(['Mint'])[0]).toMatchObject({ unaccounted: '11' });
    expect(totalsOf(['Refund'])[0]).toMatchObject({ unaccounted: '5' });
  });
});

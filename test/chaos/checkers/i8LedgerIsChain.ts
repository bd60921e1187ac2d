import { needsLedger, type Checker } from './checker';
import { settlementsOf, type SettlementOperations } from './settlements';
import type { Applied, Kind, SettlementRow, Slot, SlotState, World } from './world';

/** Which statuses a row may have while the slots (source, destination) are as they are. */
const statusesOf: Readonly<Partial<Record<SlotState, Readonly<Partial<Record<SlotState, readonly string[]>>>>>> = {
  Burned: {
    None: ['BURNING', 'BURNED', 'MINTING', 'COMPENSATING'],
    Cancelled: ['BURNING', 'BURNED', 'MINTING', 'COMPENSATING'],
    Minted: ['MINTING', 'MINTED', 'COMPLETED', 'COMPENSATING'],
    Reversed: ['COMPENSATING'],
  },
  Refunded: {
    None: ['COMPENSATING', 'FAILED', 'PROCESSING', 'BURNING'],
    Cancelled: ['COMPENSATING', 'FAILED', 'PROCESSING', 'BURNING'],
    Reversed: ['COMPENSATING', 'FAILED'],
  },
};
const beforeAnyBurn = ['PENDING', 'PROCESSING', 'BURNING', 'FAILED'];
const none: Slot = { state: 'None', attempt: 0, orderHash: '0x' };

export const i8LedgerIsChain: Checker = {
  invariant: 'I8',
  says: 'the ledger rebuilt from the chains equals the ledger, row by row: slots, attempts, amounts, hashes',
  check(world) {
    const { ledger } = world;
    if (!ledger) return needsLedger;
    const rebuilt = new Map(settlementsOf(world).map((settlement) => [settlement.settlementKey, settlement]));
    const rows = new Map(ledger.settlements.map((row) => [row.settlementKey, row]));
    const missing = [...rebuilt.values()].filter(({ settlementKey }) => !rows.has(settlementKey));
    return [
      ...missing.map(({ name }) => `${name}: on chain, not in the ledger`),
      ...ledger.settlements.flatMap((row) =>
        findings(world, row, rebuilt.get(row.settlementKey)).map((what) => `${row.settlementId}: ${what}`),
      ),
    ];
  },
};

function findings(world: World, row: SettlementRow, settlement: SettlementOperations | undefined): string[] {
  if (!settlement) return beforeAnyBurnFindings(row);
  const [{ order, fingerprint, amount } = { order: null, fingerprint: null, amount: null }] = settlement.all;
  const found: string[] = [];
  const same = (what: string, inRow: unknown, onChain: unknown): void => {
    if (inRow !== onChain) found.push(`${what} is ${String(inRow)} in the ledger, ${String(onChain)} on chain`);
  };
  same('fingerprint', row.fingerprint, fingerprint);
  same('amount', row.amount, amount?.toString());
  if (order) {
    same('holder', row.holder, order.holder);
    same('recipient', row.recipient, order.recipient);
    same('token', row.token, order.token);
  }
  const slotOn = (chainId: bigint | undefined): Slot =>
    world.chains.find(({ chain }) => BigInt(chain.chainId) === chainId)?.slots.get(row.settlementKey) ?? none;
  const [source, destination] = [slotOn(order?.sourceChainId), slotOn(order?.destinationChainId)];
  found.push(...slotFindings(settlement, source, destination));
  // After a refund: on its way to the burn of the next attempt, or failed again before it.
  const beforeBurn = ['PROCESSING', 'BURNING'].includes(row.status) || (row.status === 'FAILED' && !row.compensated);
  const retried = source.state === 'Refunded' && beforeBurn;
  same('attempt', row.attempt, retried ? source.attempt + 1 : source.attempt);
  const allowed = statusesOf[source.state]?.[destination.state] ?? [];
  if (!allowed.includes(row.status)) {
    found.push(`${row.status} while the slots are ${source.state} and ${destination.state}`);
  }
  if (row.status === 'FAILED') same('compensated', row.compensated, source.state === 'Refunded' && !retried);
  found.push(...hashFindings(row, settlement, retried));
  return found;
}

/** What no chain shows can only be a settlement that has not burned. */
function beforeAnyBurnFindings(row: SettlementRow): string[] {
  const found = beforeAnyBurn.includes(row.status) ? [] : [`${row.status}, and nothing of it is on chain`];
  const hash = row.burnTxHash ?? row.mintTxHash ?? row.refundTxHash;
  if (hash !== null) found.push(`names ${hash}, which no chain shows applied`);
  return found;
}

/** The slots that the events make, against the slots that the gateway tells. */
function slotFindings({ all, of }: SettlementOperations, source: Slot, destination: Slot): string[] {
  const after: Readonly<Record<Kind, SlotState>> = {
    ...{ Burn: 'Burned', Refund: 'Refunded', Mint: 'Minted', CancelMint: 'Cancelled', ReverseMint: 'Reversed' },
  };
  const lastOf = (names: readonly Kind[]): string => {
    const operations = names.flatMap((name) => of(name).map((one) => ({ ...one, state: after[name] })));
    const last = operations.sort((a, b) => a.position - b.position).at(-1);
    return last ? `${last.state}(${last.attempt})` : 'None(0)';
  };
  const orderHash = all[0]?.fingerprint.slice(0, 62);
  return (
    [
      ['source', source, lastOf(['Burn', 'Refund'])],
      ['destination', destination, lastOf(['Mint', 'CancelMint', 'ReverseMint'])],
    ] as const
  ).flatMap(([end, slot, expected]) => {
    const found = [];
    const says = `${slot.state}(${slot.attempt})`;
    if (says !== expected) found.push(`the ${end} slot says ${says}, its events make ${expected}`);
    if (slot.state !== 'None' && slot.orderHash !== orderHash) found.push(`the ${end} slot holds another order`);
    return found;
  });
}

function hashFindings(row: SettlementRow, { of }: SettlementOperations, beforeBurn: boolean): string[] {
  const found: string[] = [];
  const check = (name: string, inRow: string | null, onChain: readonly Applied[], isPast: boolean): void => {
    // Before the step is final the row need not name it; once it is past it must, and never another.
    if (inRow === null ? !isPast : onChain.some(({ transactionHash }) => transactionHash === inRow)) return;
    const hashes = onChain.map(({ transactionHash }) => transactionHash).join() || null;
    found.push(`${name} is ${inRow} in the ledger, ${hashes} on chain`);
  };
  const { attempt, status } = row;
  check('burnTxHash', row.burnTxHash, of('Burn', attempt), !beforeBurn && !['PROCESSING', 'BURNING'].includes(status));
  check('mintTxHash', row.mintTxHash, of('Mint', attempt), ['MINTED', 'COMPLETED'].includes(status));
  // A retried settlement may go on naming the refund of its last attempt.
  check('refundTxHash', row.refundTxHash, of('Refund'), status === 'FAILED' && !beforeBurn);
  return found;
}

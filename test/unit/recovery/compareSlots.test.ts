import { emptySlot, type Slot } from '../../../src/domain/slot';
import { statuses, type SettlementStatus } from '../../../src/domain/status';
import { compareSlots } from '../../../src/recovery/compareSlots';

const slot = (state: Slot['state'], attempt = 0): Slot => ({ ...emptySlot, state, attempt });

/** Every pair of slots that a row of attempt 1 may stand beside; whatever is not here is wrong. */
const right: Readonly<Record<SettlementStatus | 'refunded', readonly string[]>> = {
  PENDING: ['Refunded0 unminted'],
  PROCESSING: ['Refunded0 unminted'],
  BURNING: ['Refunded0 unminted', 'Burned1 unminted'],
  BURNED: ['Burned1 unminted'],
  MINTING: ['Burned1 unminted', 'Burned1 Minted1'],
  MINTED: ['Burned1 Minted1', 'Burned1 Reversed1'],
  COMPLETED: ['Burned1 Minted1'],
  COMPENSATING: ['Burned1 unminted', 'Burned1 Minted1', 'Refunded1 unminted'],
  FAILED: ['Refunded0 unminted', 'OtherOrder0 unminted'],
  refunded: ['Refunded1 unminted'],
};
const sources = [
  ...[slot('None'), slot('OtherOrder'), slot('Burned', 0), slot('Burned', 1), slot('Burned', 2)],
  ...[slot('Refunded', 0), slot('Refunded', 1), slot('Refunded', 2)],
];
const destinations = [
  ...[slot('None'), slot('OtherOrder'), slot('Minted', 0), slot('Minted', 1), slot('Minted', 2)],
  ...[slot('Cancelled', 0), slot('Cancelled', 1), slot('Reversed', 0), slot('Reversed', 1)],
];
const nameOf = ({ state, attempt }: Slot): string => `${state}${attempt}`;

describe('a row beside its slots', () => {
  const rows = [
    ...statuses.map((status) => ({ name: status, row: { status, attempt: 1, compensated: false } })),
    { name: 'refunded' as const, row: { status: 'FAILED' as const, attempt: 1, compensated: true } },
  ];
  it.each(rows)('$name', ({ name, row }) => {
    for (const source of sources) {
      for (const destination of destinations) {
        const pairs = [`${nameOf(source)} ${nameOf(destination)}`];
        if (destination.state !== 'Minted') pairs.push(`${nameOf(source)} unminted`);
        const what = compareSlots(row, source, destination);
        const agrees = pairs.some((pair) => right[name].includes(pair));
        expect({ pairs, agrees: what === null }).toEqual({ pairs, agrees });
      }
    }
  });

  it('of attempt 0 begins with an empty slot, and one of a later attempt does not', () => {
    const processing = { status: 'PROCESSING', compensated: false } as const;
    expect(compareSlots({ ...processing, attempt: 0 }, slot('None'), slot('None'))).toBeNull();
    expect(compareSlots({ ...processing, attempt: 1 }, slot('None'), slot('None'))).toBe(
      'PROCESSING of attempt 1 in the ledger, the source slot is None',
    );
    expect(
      compareSlots({ status: 'COMPLETED', attempt: 0, compensated: false }, slot('Burned'), slot('Cancelled')),
    ).toBe('COMPLETED of attempt 0 in the ledger, the destination slot is Cancelled(0)');
  });
});

import type { ErrorCode } from '../../../src/domain/errorCodes';
import { emptySlot, type Slot } from '../../../src/domain/slot';
import { isLegalTransition } from '../../../src/domain/status';
import { compareSlots } from '../../../src/recovery/compareSlots';
import { planSettlement, type SeenSettlement } from '../../../src/recovery/planSettlement';

const slot = (state: Slot['state'], attempt = 0): Slot => ({ ...emptySlot, state, attempt });
const hashOf = (kind: string, attempt: number): `0x${string}` => `0x${kind}${attempt}`;
const kinds = ['Burn', 'Refund', 'Mint', 'CancelMint', 'ReverseMint'] as const;
const operations = kinds.flatMap((kind) =>
  [0, 1, 2].map((attempt) => ({ kind, attempt, hash: hashOf(kind, attempt) })),
);

function plan(source: Slot, destination: Slot, ended: ErrorCode | null = null) {
  const seen: SeenSettlement = { source, destination, operations, ended };
  const { steps, journalKnown } = planSettlement(seen);
  const last = steps.at(-1);
  if (!last) throw new Error('no step');
  return { steps, journalKnown, last };
}

const sources = [slot('None'), slot('OtherOrder')].concat(
  [0, 1, 2].flatMap((attempt) => [slot('Burned', attempt), slot('Refunded', attempt)]),
);
const destinations = [slot('None'), slot('OtherOrder')].concat(
  [0, 1, 2].flatMap((attempt) => [slot('Minted', attempt), slot('Cancelled', attempt), slot('Reversed', attempt)]),
);
const all = sources.flatMap((source) =>
  destinations.flatMap((destination) =>
    ([null, 'ATTEMPTS_EXHAUSTED'] as const).map((ended) => ({ source, destination, ended })),
  ),
);

describe('the plan of a settlement', () => {
  /** The table of docs/architecture.md. */
  it.each<[source: Slot, destination: Slot, ended: ErrorCode | null, status: string, attempt: number, known: boolean]>([
    [slot('Burned', 1), slot('Minted', 1), null, 'COMPLETED', 1, false],
    [slot('Burned', 1), slot('None'), null, 'BURNED', 1, false],
    [slot('Burned', 1), slot('Cancelled', 0), null, 'BURNED', 1, false],
    [slot('Burned', 1), slot('Cancelled', 1), null, 'COMPENSATING', 1, false],
    [slot('Burned', 1), slot('Cancelled', 2), null, 'COMPENSATING', 1, false],
    [slot('Burned', 1), slot('Reversed', 0), null, 'COMPENSATING', 1, false],
    [slot('Burned', 1), slot('OtherOrder'), null, 'COMPENSATING', 1, false],
    [slot('Refunded', 1), slot('None'), null, 'PROCESSING', 2, true],
    [slot('Refunded', 1), slot('Cancelled', 1), null, 'PROCESSING', 2, true],
    [slot('Refunded', 1), slot('Reversed', 1), null, 'PROCESSING', 2, true],
    [slot('Refunded', 1), slot('None'), 'ATTEMPTS_EXHAUSTED', 'FAILED', 1, false],
    [slot('Refunded', 1), slot('Cancelled', 1), 'EXPIRED', 'FAILED', 1, false],
    [slot('None'), slot('Cancelled', 0), null, 'PROCESSING', 0, true],
    [slot('None'), slot('Reversed', 0), null, 'PROCESSING', 0, true],
  ])('%j and %j (%s): %s of attempt %i', (source, destination, ended, status, attempt, known) => {
    const { last, journalKnown } = plan(source, destination, ended);
    expect(last).toMatchObject({ status, attempt, needsOperator: false });
    expect(journalKnown).toBe(known);
  });

  it.each<[source: Slot, destination: Slot, status: string, attempt: number]>([
    [slot('Burned', 1), slot('Minted', 0), 'BURNED', 1],
    [slot('Refunded', 1), slot('Minted', 1), 'COMPENSATING', 1],
    [slot('Refunded', 1), slot('Minted', 0), 'COMPENSATING', 1],
    [slot('Refunded', 1), slot('Minted', 2), 'PROCESSING', 2],
    [slot('None'), slot('Minted', 0), 'PROCESSING', 0],
  ])(
    '%j and %j cannot both be: %s of attempt %i, and an operator is called',
    (source, destination, status, attempt) => {
      const needsOperator = { needsOperator: true, errorCode: 'CONTRADICTION' };
      expect(plan(source, destination).last).toMatchObject({ status, attempt, ...needsOperator });
    },
  );

  it.each(all)(
    'takes legal steps only ($source.state $source.attempt, $destination.state $destination.attempt)',
    (seen) => {
      const { steps } = plan(seen.source, seen.destination, seen.ended);
      expect(steps[0]).toMatchObject({ status: 'PROCESSING', attempt: 0 });
      steps.slice(1).forEach((step, index) => {
        const before = steps[index];
        // A change of facts alone keeps the status.
        expect(before?.status === step.status || (before && isLegalTransition(before.status, step.status))).toBe(true);
        // An attempt begins in PROCESSING, and follows the one before.
        const begins = step.status === 'PROCESSING';
        expect(step.attempt).toBe((before?.attempt ?? 0) + (begins ? 1 : 0));
      });
    },
  );

  it('never ends FAILED while another attempt is allowed', () => {
    for (const { source, destination } of all) expect(plan(source, destination, null).last.status).not.toBe('FAILED');
  });

  it('lets nothing be journaled on the strength of this ledger for an attempt that has burned', () => {
    for (const { source, destination, ended } of all.filter((one) => one.source.state === 'Burned')) {
      expect(plan(source, destination, ended).journalKnown).toBe(false);
    }
  });

  it('leaves a row that agrees with its slots, or a call for an operator', () => {
    for (const { source, destination, ended } of all.filter((one) => one.source.state !== 'OtherOrder')) {
      const { last } = plan(source, destination, ended);
      if (!last.needsOperator) expect(compareSlots(last, source, destination)).toBeNull();
    }
  });

  it('names the hashes of each attempt, and of no other', () => {
    expect(plan(slot('Burned', 1), slot('Minted', 1)).steps).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          status: 'FAILED',
          attempt: 0,
          burnTxHash: '0xBurn0',
          refundTxHash: '0xRefund0',
          mintTxHash: null,
          compensated: true,
        }),
        expect.objectContaining({
          status: 'PROCESSING',
          attempt: 1,
          burnTxHash: null,
          refundTxHash: null,
          compensated: false,
          errorCode: null,
        }),
        expect.objectContaining({
          status: 'COMPLETED',
          attempt: 1,
          burnTxHash: '0xBurn1',
          mintTxHash: '0xMint1',
          refundTxHash: null,
        }),
      ]),
    );
    expect(plan(slot('Refunded', 0), slot('None'), 'REVOKED').last).toMatchObject({
      ...{ burnTxHash: '0xBurn0', refundTxHash: '0xRefund0', compensated: true, errorCode: 'REVOKED' },
    });
  });
});

import fc from 'fast-check';
import {
  attemptOf,
  isApplicable,
  isTombstoned,
  operationKinds,
  type OperationKind,
  type Slot,
} from '../../../src/domain/slot';

interface Step {
  readonly kind: OperationKind;
  readonly attempt: number;
}

const stateAfter = {
  Burn: 'Burned',
  Refund: 'Refunded',
  Mint: 'Minted',
  CancelMint: 'Cancelled',
  ReverseMint: 'Reversed',
} as const;
const empty: Slot = { state: 'None', attempt: 0, orderHash: `0x${'00'.repeat(30)}` };

/** What the slot holds after a step, if the rules under test let the step be applied on it. */
function apply(slot: Slot, { kind, attempt }: Step): Slot {
  return isApplicable(slot, kind, attempt) ? { ...slot, state: stateAfter[kind], attempt } : slot;
}

const count = (steps: readonly Step[], kind: OperationKind, attempt?: number): number =>
  steps.filter((step) => step.kind === kind && (attempt === undefined || step.attempt === attempt)).length;

const attempts = [0, 1, 2, 3, 4];
const oneStep = (...kinds: OperationKind[]): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constantFrom(...kinds), attempt: fc.integer({ min: 0, max: 4 }) });

describe('any sequence of operations on one slot', () => {
  const sequences = fc.array(oneStep(...operationKinds), { maxLength: 60 });

  it('burns, refunds, mints and reverses each attempt at most once, and mints at most one', () => {
    fc.assert(
      fc.property(sequences, (steps) => {
        let slot = empty;
        const applied = steps.filter((step) => {
          const before = slot;
          slot = apply(slot, step);
          return slot !== before;
        });
        const wrong = attempts.filter(
          (attempt) =>
            operationKinds.some((kind) => count(applied, kind, attempt) > 1) ||
            count(applied, 'Refund', attempt) > count(applied, 'Burn', attempt) ||
            count(applied, 'ReverseMint', attempt) > count(applied, 'Mint', attempt),
        );
        expect({ wrong, mints: Math.max(count(applied, 'Mint'), 1) }).toEqual({ wrong: [], mints: 1 });
      }),
      { numRuns: 500 },
    );
  });

  it('mints no attempt after its tombstone', () => {
    let tombstones = 0;
    fc.assert(
      fc.property(fc.array(oneStep('Mint', 'CancelMint', 'ReverseMint'), { maxLength: 40 }), (steps) => {
        let slot = empty;
        const dead = new Set<number>();
        for (const step of steps) {
          for (const attempt of attempts) if (isTombstoned(slot, attempt)) dead.add(attempt);
          const before = slot;
          slot = apply(slot, step);
          if (slot !== before && step.kind === 'Mint') expect(dead.has(step.attempt)).toBe(false);
        }
        tombstones += dead.size;
      }),
      { numRuns: 500 },
    );
    expect(tombstones).toBeGreaterThan(100);
  });

  it('never takes the attempt of a source slot back', () => {
    fc.assert(
      fc.property(fc.array(oneStep('Burn', 'Refund'), { maxLength: 60 }), (steps) => {
        let slot = empty;
        for (const step of steps) {
          const before = attemptOf(slot);
          slot = apply(slot, step);
          expect(attemptOf(slot)).toBeGreaterThanOrEqual(before);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/**
 * Both slots of one settlement, with the saga's own conditions for what may be signed. What was signed lands late, again, in
 * any order or never, as zombie workers and reorgs have it.
 */
type Move = { readonly sign: Exclude<OperationKind, 'ReverseMint'> } | { readonly land: number };

function signable(kind: OperationKind, source: Slot, destination: Slot): Step | null {
  const attempt = attemptOf(source);
  switch (kind) {
    case 'Burn':
      return source.state === 'Burned' ? null : { kind, attempt };
    case 'Refund':
      return source.state === 'Burned' && isTombstoned(destination, attempt) ? { kind, attempt } : null;
    default:
      return source.state === 'Burned' ? { kind, attempt } : null;
  }
}

describe('any order in which what the saga signed can land on the two slots', () => {
  // Mints are rare, so that refunds lead to later attempts; what was signed last lands most often, but anything may.
  const sign = (kind: Exclude<OperationKind, 'ReverseMint'>) => fc.constant({ sign: kind });
  const moves: fc.Arbitrary<Move> = fc.oneof(
    { weight: 3, arbitrary: sign('Burn') },
    { weight: 1, arbitrary: sign('Mint') },
    { weight: 3, arbitrary: sign('CancelMint') },
    { weight: 3, arbitrary: sign('Refund') },
    { weight: 8, arbitrary: fc.constant({ land: 0 }) },
    { weight: 4, arbitrary: fc.record({ land: fc.nat({ max: 30 }) }) },
  );

  it('never both mints and refunds an attempt, and always holds at most one burn in flight', () => {
    const reached = { minted: 0, refunded: 0, laterAttempts: 0 };
    fc.assert(
      fc.property(fc.array(moves, { minLength: 40, maxLength: 120, size: 'max' }), (sequence) => {
        let [source, destination] = [empty, empty];
        const signed: Step[] = [];
        const landed: Step[] = [];
        for (const move of sequence) {
          if ('sign' in move) {
            const step = signable(move.sign, source, destination);
            if (step) signed.push(step);
            continue;
          }
          const step = signed[signed.length - 1 - (move.land % Math.max(signed.length, 1))];
          if (step === undefined) continue;
          const before = [source, destination];
          if (step.kind === 'Burn' || step.kind === 'Refund') source = apply(source, step);
          else destination = apply(destination, step);
          if (source === before[0] && destination === before[1]) continue;
          landed.push(step);

          for (let attempt = 0; attempt <= attemptOf(source); attempt++) {
            expect(count(landed, 'Mint', attempt) + count(landed, 'Refund', attempt)).toBeLessThanOrEqual(1);
          }
          const inFlight = count(landed, 'Burn') - count(landed, 'Refund') - count(landed, 'Mint');
          expect([0, 1]).toContain(inFlight);
        }
        reached.minted += count(landed, 'Mint');
        reached.refunded += count(landed, 'Refund');
        reached.laterAttempts += landed.filter(({ kind, attempt }) => kind === 'Mint' && attempt > 0).length;
      }),
      { numRuns: 500 },
    );
    // The property says nothing unless the sequences really get there.
    expect(reached.minted).toBeGreaterThan(50);
    expect(reached.refunded).toBeGreaterThan(50);
    expect(reached.laterAttempts).toBeGreaterThan(50);
  });
});

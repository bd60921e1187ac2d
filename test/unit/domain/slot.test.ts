import fc from 'fast-check';
import type { Hex } from 'viem';
import {
  attemptOf,
  isApplicable,
  isApplied,
  isTombstoned,
  operationKinds,
  slotBelongsTo,
  slotStates,
  type OperationKind,
  type Slot,
  type SlotState,
} from '../../../src/domain/slot';
import { executeOnModel, type ModelSlot } from './gatewayModel';

const orderHash: Hex = `0x${'ab'.repeat(30)}`;
const slotOf = (state: SlotState, attempt = 0): Slot => ({ state, attempt, orderHash });

/** The slot under test for a slot of the model. */
function readModel(model: ModelSlot): Slot {
  const match = /^(\w+?)(?:\((\d+)\))?$/.exec(model);
  return slotOf(match?.[1] as SlotState, Number(match?.[2] ?? 0));
}

const kinds = fc.constantFrom(...operationKinds);
const attempts = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 255 }));
const modelSlots = fc.tuple(fc.constantFrom(...slotStates), attempts).map(
  // A None slot has no attempt; the model's text has no place for one.
  ([state, attempt]): ModelSlot => (state === 'None' ? 'None' : `${state}(${attempt})`),
);

function compare(model: ModelSlot, kind: OperationKind, attempt: number): void {
  const { outcome } = executeOnModel(model, kind, attempt);
  const slot = readModel(model);
  const ours = isApplied(slot, kind, attempt)
    ? 'alreadyApplied'
    : isApplicable(slot, kind, attempt)
      ? 'applied'
      : 'superseded';
  expect({ model, kind, attempt, outcome: ours }).toEqual({ model, kind, attempt, outcome });
}

describe('the slot rules', () => {
  it('say of every slot and operation of the first attempts what the gateway would do', () => {
    const few = [0, 1, 2, 3];
    let compared = 0;
    for (const state of slotStates) {
      for (const at of state === 'None' ? [0] : few) {
        for (const kind of operationKinds) {
          for (const attempt of few) {
            compare(state === 'None' ? 'None' : `${state}(${at})`, kind, attempt);
            compared++;
          }
        }
      }
    }
    expect(compared).toBe((1 + 5 * 4) * 5 * 4);
  });

  it('say so of every attempt up to the last', () => {
    fc.assert(fc.property(modelSlots, kinds, attempts, compare), { numRuns: 500 });
  });

  it('take no attempt from an empty slot, whatever stands in its attempt', () => {
    fc.assert(
      fc.property(kinds, attempts, attempts, (kind, attempt, noise) => {
        expect(isApplicable(slotOf('None', noise), kind, attempt)).toBe(isApplicable(slotOf('None', 0), kind, attempt));
        expect(isApplied(slotOf('None', noise), kind, attempt)).toBe(false);
      }),
    );
  });

  it('never call an operation applied and applicable at once', () => {
    fc.assert(
      fc.property(modelSlots, kinds, attempts, (model, kind, attempt) => {
        const slot = readModel(model);
        expect(isApplied(slot, kind, attempt) && isApplicable(slot, kind, attempt)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the attempt a run works on', () => {
  it.each<[SlotState, number, number]>([
    ['None', 0, 0],
    ['None', 7, 0],
    ['Burned', 0, 0],
    ['Burned', 3, 3],
    ['Refunded', 0, 1],
    ['Refunded', 254, 255],
  ])('is read from the source slot: %s(%i) -> %i', (state, at, attempt) => {
    expect(attemptOf(slotOf(state, at))).toBe(attempt);
  });

  it.each(['Minted', 'Cancelled', 'Reversed'] as const)('is not read from a slot that is %s', (state) => {
    expect(() => attemptOf(slotOf(state))).toThrow(`a source slot cannot be ${state}`);
  });

  it('is the one whose burn is applied or could be', () => {
    const sourceSlots = fc.tuple(fc.constantFrom('None', 'Burned', 'Refunded'), fc.integer({ min: 0, max: 254 }));
    fc.assert(
      fc.property(sourceSlots, ([state, at]) => {
        const slot = slotOf(state, at);
        const attempt = attemptOf(slot);
        expect(isApplied(slot, 'Burn', attempt) || isApplicable(slot, 'Burn', attempt)).toBe(true);
      }),
    );
  });
});

describe('a tombstone', () => {
  it.each<[SlotState, number, number, boolean]>([
    ['Cancelled', 1, 0, true],
    ['Cancelled', 1, 1, true],
    ['Cancelled', 1, 2, false],
    ['Reversed', 1, 0, true],
    ['Reversed', 1, 1, true],
    ['Reversed', 1, 2, true],
    ['None', 0, 0, false],
    ['Minted', 0, 0, false],
    ['Minted', 1, 0, false],
    ['Burned', 1, 0, false],
    ['Refunded', 1, 0, false],
  ])('in %s(%i) stands for attempt %i: %s', (state, at, attempt, stands) => {
    expect(isTombstoned(slotOf(state, at), attempt)).toBe(stands);
  });
});

describe("another order's slot", () => {
  const taken: Slot = { state: 'OtherOrder', attempt: 0, orderHash };

  it('takes no operation of ours and has applied none; no mint of ours can ever land on it', () => {
    for (const kind of operationKinds) {
      for (const attempt of [0, 1, 255]) {
        expect(isApplied(taken, kind, attempt) || isApplicable(taken, kind, attempt)).toBe(false);
      }
    }
    expect(isTombstoned(taken, 255)).toBe(true);
    expect(attemptOf({ ...taken, attempt: 7 })).toBe(0);
  });
});

describe('whose slot it is', () => {
  const fingerprint: Hex = `0x${'ab'.repeat(30)}1234`;

  it("is nobody's while it is empty", () => {
    expect(slotBelongsTo({ state: 'None', attempt: 0, orderHash: `0x${'00'.repeat(30)}` }, fingerprint)).toBe(true);
  });

  it('is told by the upper 240 bits of the fingerprint, in either case', () => {
    expect(slotBelongsTo(slotOf('Burned'), fingerprint)).toBe(true);
    expect(slotBelongsTo(slotOf('Burned'), `0x${'AB'.repeat(30)}1234`)).toBe(true);
    expect(slotBelongsTo({ ...slotOf('Burned'), orderHash: `0x${'AB'.repeat(30)}` }, fingerprint)).toBe(true);
  });

  it("is another's when any of those bits differs, in every state but None", () => {
    const digits = fc.integer({ min: 2, max: 61 });
    const states = fc.constantFrom(...slotStates.filter((state) => state !== 'None'));
    fc.assert(
      fc.property(digits, states, (digit, state) => {
        const other = `${fingerprint.slice(0, digit)}0${fingerprint.slice(digit + 1)}` as Hex;
        expect(slotBelongsTo(slotOf(state), other)).toBe(false);
      }),
    );
  });
});

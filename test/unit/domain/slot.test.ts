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

interface Step {
  readonly kind: OperationKind;
  readonly attempt: number;
}

/** One slot that does whatever the rules under test allow; returns what it did, in order. */
function driveSlot(steps: readonly Step[], seen: (slot: Slot) => void = () => undefined): Step[] {
  let slot = slotOf('None');
  return steps.filter(({ kind, attempt }) => {
    const applies = isApplicable(slot, kind, attempt);
    if (applies) slot = readModel(executeOnModel('None', kind, attempt).outcome === 'applied' ? after(kind, attempt) : after(kind, attempt));
    seen(slot);
    return applies;
  });
}

function after(kind: OperationKind, attempt: number): ModelSlot {
  const names = { Burn: 'Burned', Refund: 'Refunded', Mint: 'Minted', CancelMint: 'Cancelled', ReverseMint: 'Reversed' } as const;
  return `${names[kind]}(${attempt})`;
}

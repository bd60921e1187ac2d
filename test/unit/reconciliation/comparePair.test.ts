import { slotStates, type Slot } from '../../../src/domain/slot';
import { comparePair } from '../../../src/reconciliation/comparePair';
import { slotOf } from '../lanes/fakeChain';

const at = (state: Slot['state'], attempt: number) => ({ ...slotOf('Burned'), state, attempt });

describe('the two slots of a settlement', () => {
  it.each(slotStates.filter((state) => state !== 'Minted'))(
    'contradict nothing while the destination is %s',
    (state) => {
      for (const source of slotStates) expect(comparePair(at(source, 0), at(state, 0))).toBeNull();
    },
  );

  it.each([
    ['Burned', 1, null],
    ['Burned', 0, 'mintWithoutBurn'],
    ['Refunded', 0, 'mintWithoutBurn'],
    ['None', 0, 'mintWithoutBurn'],
    ['OtherOrder', 1, 'mintWithoutBurn'],
    ['Refunded', 1, 'mintedAndRefunded'],
    ['Refunded', 2, 'mintedAndRefunded'],
    ['Burned', 2, 'mintedAndRefunded'], // a next attempt begins only after a refund
  ] as const)('minted in attempt 1, and %s(%i) at the source', (state, attempt, kind) => {
    expect(comparePair(at(state, attempt), at('Minted', 1))?.kind ?? null).toBe(kind);
  });
});

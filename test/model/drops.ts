import type { Rule } from './rules';

/** What is dropped together, and the configuration that finds the harm. */
export interface Drop {
  readonly rules: readonly Rule[];
  readonly foundIn: string;
}

const drop = (rule: Rule, foundIn: string): Drop => ({ rules: [rule], foundIn });

export const drops: readonly Drop[] = [
  drop('slotChecks', 'zombie'),
  drop('slotAttempts', 'reorgs'),
  drop('permanentMark', 'zombie'),
  drop('rowLock', 'zombie'),
  drop('epochOfProof2', 'restore'),
  drop('epochOfJournaling', 'restore, zombie'),
  drop('epochOfNoBurn', 'restore'),
  drop('epochOfFoundBurn', 'restore'),
  drop('burnFinal', 'reorgs'),
  drop('mintFinal', 'reorgs'),
  drop('tombstoneFinal', 'reorgs'),
  drop('refundFinal', 'reorgs'),
  drop('sameBlock', 'reorgs'),
  drop('finalProof3', 'reorgs'),
  drop('proofBeforeRefund', 'reorgs'),
  drop('failedIsMark', 'zombie'),
  drop('failedSeesJournal', 'zombie'),
  drop('nonceFinal', 'reorgs'),
  drop('everyNonce', 'zombie, nonces'),
  drop('finalOrderEnd', 'reorgs'),
  drop('ownerFence', 'zombie'),
  // Each of these two does for the money what the other does; without the fence, I11 is broken at once, and is not judged here.
  { rules: ['rowAttempt', 'ownerFence'], foundIn: 'zombie, retries' },
  drop('keyRevocation', 'restore'),
  drop('closedEntry', 'restore'),
  drop('freshEntry', 'restore, zombie'),
];

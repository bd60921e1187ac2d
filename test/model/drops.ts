import type { Rule } from './rules';

/** What is dropped together, and the configuration that finds the harm. */
export interface Drop {
  readonly rules: readonly Rule[];
  readonly foundIn: string;
  /** Steps to the first violation: the shortest trace there is in that configuration. */
  readonly traceLength: number;
}

const drop = (rule: Rule, foundIn: string, traceLength: number): Drop => ({ rules: [rule], foundIn, traceLength });

export const drops: readonly Drop[] = [
  drop('slotChecks', 'zombie', 0),
  drop('slotAttempts', 'reorgs', 0),
  drop('permanentMark', 'zombie', 0),
  drop('rowLock', 'zombie', 0),
  drop('epochOfProof2', 'restore', 0),
  drop('epochOfJournaling', 'restore, zombie', 0),
  drop('epochOfNoBurn', 'restore', 0),
  drop('epochOfFoundBurn', 'restore', 0),
  drop('burnFinal', 'reorgs', 0),
  drop('mintFinal', 'reorgs', 0),
  drop('tombstoneFinal', 'reorgs', 0),
  drop('refundFinal', 'reorgs', 0),
  drop('sameBlock', 'reorgs', 0),
  drop('finalProof3', 'reorgs', 0),
  drop('proofBeforeRefund', 'reorgs', 0),
  drop('failedIsMark', 'zombie', 0),
  drop('failedSeesJournal', 'zombie', 0),
  drop('nonceFinal', 'reorgs', 0),
  drop('everyNonce', 'zombie, nonces', 0),
  drop('finalOrderEnd', 'reorgs', 0),
  drop('ownerFence', 'zombie', 0),
  // Each of these two does for the money what the other does; without the fence, I11 is broken at once, and is not judged here.
  { rules: ['rowAttempt', 'ownerFence'], foundIn: 'zombie, retries', traceLength: 0 },
  drop('keyRevocation', 'restore', 0),
  drop('closedEntry', 'restore', 0),
  drop('freshEntry', 'restore, zombie', 0),
];

import type { Hex } from 'viem';
import type { Tracked } from '../chains/createBlockWatcher';
import type { LaneOperation, Lanes } from './lane';
import { operationKeyOf } from './operationKeyOf';
import type { Pace } from './pace';

export interface Together {
  readonly operation: LaneOperation;
  /** It is in a block already, and only has to become final: nothing is sent for it. */
  readonly isIn: boolean;
}

/** The watcher tells what happens; so often it is seen whether this execution has waited long enough. */
const turnMs = 2_000;

/**
 * Hands in many operations at once and waits until they are final. Only what went straight through is in the answer, with the
 * transaction that applied it where its event was seen; whatever became of another is for `settleOperation` to find out.
 * Nothing is asked here that the caller did not ask before: what must hold before money moves must hold for each of them.
 * @throws TransientError AWAITING_FINALITY when this execution has waited long enough; what is in, is found in by the next
 */
export async function settleTogether(
  lanes: Lanes,
  together: readonly Together[],
  pace: Pace,
): Promise<ReadonlyMap<LaneOperation, Hex | null>> {
  const applied = new Map<LaneOperation, Hex | null>();
  // Tracked before anything is sent: with automatic mining the block can be seen before the send returns.
  const followed = together.map((one) => ({
    ...one,
    tracked: lanes.watcher.track(operationKeyOf(lanes.chain, one.operation)),
  }));
  const done = lanes.begin();
  const stop = new AbortController();
  try {
    const outcomes = followed.map(async ({ operation, isIn, tracked }) => {
      if (!isIn && (await lanes.submit(operation)).kind === 'refused') return;
      const hash = await applyingTransaction(tracked, stop.signal);
      if (hash !== undefined) applied.set(operation, hash);
    });
    const over = new AbortController();
    const settled = Promise.allSettled(outcomes).then(() => over.abort());
    while (!over.signal.aborted) await pace.nextTurn(lanes.chain.config.name, turnMs, settled);
  } finally {
    stop.abort();
    followed.forEach(({ tracked }) => tracked.close());
    done();
  }
  return applied;
}

/** The transaction that applied it (null: its event was not seen), or undefined when it went any other way. */
async function applyingTransaction(tracked: Tracked, signal: AbortSignal): Promise<Hex | null | undefined> {
  const news = await tracked.next(signal);
  return news.kind === 'final' ? news.transactionHash : undefined;
}

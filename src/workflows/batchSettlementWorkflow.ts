import {
  ApplicationFailure,
  CancellationScope,
  continueAsNew,
  defineQuery,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  batchProgressQuery,
  batchRunIdOf,
  type BatchActivities,
  type BatchProgress,
  type BatchRange,
} from '../domain/batch';
import { batchStepOptions, leaveBatchOptions } from './activityOptions';

const { burnBatch, mintBatch } = proxyActivities<BatchActivities>(batchStepOptions);
const { leaveBatch } = proxyActivities<BatchActivities>(leaveBatchOptions);

/** Orders of one activity, which name themselves in histories by two numbers. */
const ordersPerChunk = 200;
/** Under way at once: while one chunk waits for its blocks the others have theirs made. */
const chunksAtOnce = 6;
/** A chunk is a dozen events; a run ends long before the server's bound, and its successor goes on. */
const chunksPerRun = 300;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Many settlements, burned and minted in bulk through the same lanes, journal, slots and ledger as one by one. Their orders are in
 * the ledger; here is only how far the batch is. Whoever cannot go straight on leaves it, as a `settlementWorkflow` of their own.
 * A cancel begins no further chunk; what has begun is seen to its end.
 */
export async function batchSettlementWorkflow(
  batchId: string,
  { size }: { readonly size: number },
  begun: BatchProgress = { size, next: 0, burned: 0, completed: 0, left: 0, cancelled: false },
): Promise<BatchProgress> {
  requireOwnBatch(batchId, size);
  const progress: Mutable<BatchProgress> = { ...begun };
  setHandler(defineQuery<BatchProgress>(batchProgressQuery), () => progress);
  CancellationScope.current().cancelRequested.catch(() => void (progress.cancelled = true));
  return CancellationScope.nonCancellable(async () => {
    let chunksLeft = chunksPerRun;
    const takeChunks = async (): Promise<void> => {
      while (progress.next < size && chunksLeft > 0 && !progress.cancelled) {
        chunksLeft -= 1;
        const from = progress.next;
        progress.next = Math.min(from + ordersPerChunk, size);
        await settleChunk({ batchId, from, to: progress.next }, progress);
      }
    };
    await Promise.all(Array.from({ length: chunksAtOnce }, takeChunks));
    if (progress.next >= size || progress.cancelled) return progress;
    return continueAsNew<typeof batchSettlementWorkflow>(batchId, { size }, progress);
  });
}

async function settleChunk(range: BatchRange, progress: Mutable<BatchProgress>): Promise<void> {
  const count = range.to - range.from;
  const burned = await burnBatch(range);
  const except = burned.stragglers.map(({ position }) => position);
  note(progress, { burned: count - except.length });
  const minted = await mintBatch({ ...range, except });
  note(progress, { completed: count - except.length - minted.stragglers.length });
  const positions = [...except, ...minted.stragglers.map(({ position }) => position)];
  if (positions.length === 0) return;
  await leaveBatch({ batchId: range.batchId, positions });
  note(progress, { left: positions.length });
}

function note(progress: Mutable<BatchProgress>, more: Partial<Record<'burned' | 'completed' | 'left', number>>): void {
  progress.burned += more.burned ?? 0;
  progress.completed += more.completed ?? 0;
  progress.left += more.left ?? 0;
  const { size, burned, completed, left } = progress;
  setCurrentDetails(`**${completed} of ${size} completed**, ${burned} burned, ${left} go on alone or were refused`);
}

/** A raw start under another id could drive the same settlements beside the batch's own run. */
function requireOwnBatch(batchId: unknown, size: unknown): void {
  const { workflowId } = workflowInfo();
  if (typeof batchId === 'string' && workflowId === batchRunIdOf(batchId) && Number.isSafeInteger(size)) return;
  throw ApplicationFailure.nonRetryable(
    'the workflow id must be "batch/" and the batch id, the second input its size',
    'BAD_REQUEST',
  );
}

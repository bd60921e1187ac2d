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
    const hasRoom = (): boolean => chunksLeft > 0 && !workflowInfo().continueAsNewSuggested;
    const takeChunks = async (): Promise<void> => {
      while (progress.next < size && !progress.cancelled && hasRoom()) {
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

/** Once round for all of them; those that the chains keep back go round again, and nobody else waits for them. */
async function settleChunk(range: BatchRange, progress: Mutable<BatchProgress>): Promise<void> {
  const left: number[] = [];
  let [unburned, unminted] = [range.to - range.from, 0];
  while (unburned + unminted > 0) {
    const burn = await burnBatch({ ...range, except: [...left] });
    const burned = unburned - burn.stragglers.length - burn.later.length;
    [unburned, unminted] = [burn.later.length, unminted + burned];
    note(progress, { burned });
    const leaving = burn.stragglers.map(({ position }) => position);
    if (unminted > 0) {
      const mint = await mintBatch({ ...range, except: [...left, ...leaving, ...burn.later] });
      note(progress, { completed: unminted - mint.stragglers.length - mint.later.length });
      unminted = mint.later.length;
      leaving.push(...mint.stragglers.map(({ position }) => position));
    }
    if (leaving.length === 0) continue;
    left.push(...leaving);
    await leaveBatch({ batchId: range.batchId, positions: leaving });
    note(progress, { left: leaving.length });
  }
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

import { Worker } from '@temporalio/worker';
import { quietRuntime } from '../../support/workflow/testServer';
import type { RunHistory } from './readHistories';
import type { ReplayFacts } from './world';

/** Replays each of them on a bundle. The SDK does not throw for what it cannot follow: it *yields* the error. */
export async function replayHistories(
  bundlePath: string,
  histories: readonly RunHistory[],
  of: number,
): Promise<ReplayFacts> {
  quietRuntime();
  const failures: ReplayFacts['failures'][number][] = [];
  let count = 0;
  const options = { workflowBundle: { codePath: bundlePath } };
  for await (const { workflowId, runId, error } of Worker.runReplayHistories(options, histories)) {
    count += 1;
    if (error) failures.push({ workflowId, runId, message: error.message });
  }
  if (count !== histories.length) throw new Error(`${count} of ${histories.length} histories were replayed`);
  return { failures, count, of };
}

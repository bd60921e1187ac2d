import type { History } from '@temporalio/common/lib/proto-utils';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { batchRunIdOf, batchWorkflowType, type BatchProgress } from '../../../src/domain/batch';
import { createBatchCalls, type BatchCalls, type BatchScenario } from './batchScenarios';
import { createHarness } from './harness';

export interface PlayedBatch {
  readonly calls: BatchCalls;
  readonly history: History;
  readonly ended: BatchProgress | string;
}

/** Plays a batch on a real Temporal server, with the production bundle and the scenario's activities. */
export async function playBatch({ name, batchId = name, size, activities, act }: BatchScenario): Promise<PlayedBatch> {
  const calls = createBatchCalls();
  const harness = await createHarness({ worker: { activities: activities(calls) } });
  try {
    const handle = await harness.client.workflow.start(batchWorkflowType, {
      workflowId: batchRunIdOf(name),
      taskQueue: harness.taskQueue,
      args: [batchId, { size }],
    });
    await act?.(handle, calls);
    const ended = await (handle.result() as Promise<BatchProgress>).catch(codeOf);
    return { calls, history: await handle.fetchHistory(), ended };
  } finally {
    await harness.close();
  }
}

function codeOf(error: unknown): string {
  if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) return error.cause.type ?? '';
  throw error;
}

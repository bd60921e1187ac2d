import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/client';
import { batchRunIdOf, batchWorkflowType } from '../../domain/batch';
import { askTemporal } from '../askTemporal';
import type { ClientContext } from '../context';

/** Starts the run of a batch whose orders are kept. False: one was started before. @throws TransientError TEMPORAL_UNAVAILABLE */
export async function startBatchRun(
  { client, config }: Pick<ClientContext, 'client' | 'config'>,
  batchId: string,
  size: number,
): Promise<boolean> {
  try {
    await askTemporal(() =>
      client.workflow.start(batchWorkflowType, {
        workflowId: batchRunIdOf(batchId),
        taskQueue: config.temporal.taskQueue,
        // Of a batch that was cut off or failed the same orders may be taken up again: each finds where it stands.
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        args: [batchId, { size }],
        staticSummary: `batch of ${size} settlements`,
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

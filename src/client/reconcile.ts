import { randomUUID } from 'node:crypto';
import { reconciliationWorkflowType } from '../domain/messages';
import type { ReconciliationReport } from '../domain/reconciliation';
import { askTemporal } from './askTemporal';
import type { ClientContext } from './context';

/** Has a worker reconcile now, beside the schedule, and waits for its report. @throws TransientError TEMPORAL_UNAVAILABLE */
export async function reconcile({ client, config }: ClientContext): Promise<ReconciliationReport> {
  const workflowId = `settlement:reconciliation:by-hand:${randomUUID()}`;
  const { taskQueue } = config.temporal;
  const result: unknown = await askTemporal(() =>
    client.workflow.execute(reconciliationWorkflowType, { workflowId, taskQueue }),
  );
  return result as ReconciliationReport;
}

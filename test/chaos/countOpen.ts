import type { Client } from '@temporalio/client';

/** How many runs of these ids are open, as the server lists them (a moment late). */
export async function countOpen(temporal: Client, prefix: string): Promise<number> {
  const { count } = await temporal.workflow.count(
    `ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH '${prefix}-'`,
  );
  return count;
}

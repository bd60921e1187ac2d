import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { askTemporal } from '../client/askTemporal';
import type { Config } from '../config';
import { reconciliationWorkflowType } from '../domain/messages';

/** One at a time: what a look takes longer than its interval is not looked at twice. */
const overlap = ScheduleOverlapPolicy.SKIP;

export function scheduleIdOf({ temporal }: Config): string {
  return `settlement:reconciliation:${temporal.taskQueue}`;
}

/**
 * Has Temporal start a reconciliation again and again, on this configuration's task queue. Every worker asks for it at its start:
 * the first makes the schedule, the others bring it up to their configuration.
 * @throws TransientError TEMPORAL_UNAVAILABLE
 */
export async function scheduleReconciliation(client: Client, config: Config): Promise<void> {
  const { everyMs } = config.reconciliation;
  if (everyMs === null) return;
  const scheduleId = scheduleIdOf(config);
  const spec = { intervals: [{ every: everyMs }] };
  const action = {
    type: 'startWorkflow',
    workflowType: reconciliationWorkflowType,
    workflowId: scheduleId,
    taskQueue: config.temporal.taskQueue,
    args: [],
  } as const;
  try {
    await askTemporal(() => client.schedule.create({ scheduleId, spec, action, policies: { overlap } }));
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await askTemporal(() =>
      client.schedule.getHandle(scheduleId).update((known) => ({ ...known, spec, action, policies: { overlap } })),
    );
  }
}

import { Context } from '@temporalio/activity';
import type { ResolutionRecord } from '../domain/messages';
import { failpoint } from '../failpoint';
import type { Dependencies } from './dependencies';

/** Keeps an operator's word in the ledger, before it counts. */
export async function recordResolution({ ledger }: Dependencies, record: ResolutionRecord): Promise<void> {
  const { activityId, workflowExecution } = Context.current().info;
  await ledger.recordResolution(record, { runId: workflowExecution?.runId ?? '', activityId });
  failpoint('resolution-recorded');
}

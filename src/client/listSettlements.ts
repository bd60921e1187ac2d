import { workflowType } from '../domain/messages';
import type { SettlementRecord } from '../domain/record';
import type { ClientContext } from './context';
import { getSettlement } from './getSettlement';
import { isNotFound } from './readForgotten';

/**
 * Every settlement Temporal knows, newest first; one record an id, whatever number of runs it took. A raw start of what is no
 * order never gets a status, and is no settlement.
 */
export async function* listSettlements(context: ClientContext): AsyncIterable<SettlementRecord> {
  const seen = new Set<string>();
  for await (const run of context.client.workflow.list({
    query: `WorkflowType = '${workflowType}' AND SettlementStatus IS NOT NULL`,
  })) {
    if (seen.has(run.workflowId)) continue;
    seen.add(run.workflowId);
    const record = await readUnlessGone(context, run.workflowId);
    if (record) yield record;
  }
}

/** Null when it was forgotten, or deleted, between being listed and being read, and no ledger knows it. */
async function readUnlessGone(context: ClientContext, settlementId: string): Promise<SettlementRecord | null> {
  try {
    return await getSettlement(context, settlementId);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

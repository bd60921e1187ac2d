import { chunk } from 'es-toolkit/array';
import { workflowType } from '../domain/messages';
import type { SettlementRecord } from '../domain/record';
import type { SettlementStatus } from '../domain/status';
import type { Ledger } from '../ledger/createLedger';
import type { ClientContext } from './context';
import { getSettlement } from './getSettlement';
import { isNotFound } from './readForgotten';

export interface ListFilter {
  readonly status?: readonly SettlementStatus[];
  readonly needsOperator?: boolean;
}

export interface ListContext extends ClientContext {
  readonly ledger: Pick<Ledger, 'find' | 'findClaim' | 'findMany' | 'search'> | null;
}

const pageSize = 200;

/**
 * Every settlement, newest first: those that have not entered the ledger yet (no worker has come to them, or they were refused before
 * that), then the ledger's, whatever drove them and however long ago. Without a ledger: those Temporal still knows.
 * @throws whatever one that cannot be read was refused with, after all the others
 */
export async function* listSettlements(context: ListContext, filter: ListFilter = {}): AsyncIterable<SettlementRecord> {
  const unreadable: unknown[] = [];
  const shown = new Set<string>();
  for (const workflowId of await runsOutsideLedger(context)) {
    try {
      const record = await getSettlement(context, workflowId);
      if (!isWanted(record, filter)) continue;
      shown.add(workflowId);
      yield record;
    } catch (error) {
      // Deleted between being listed and being read.
      if (!isNotFound(error)) unreadable.push(error);
    }
  }
  for await (const record of ledgerRecords(context, filter)) if (!shown.has(record.settlementId)) yield record;
  if (unreadable.length > 0) throw unreadable[0];
}

function isWanted(record: SettlementRecord, { status, needsOperator }: ListFilter): boolean {
  if (needsOperator !== undefined && record.needsOperator !== needsOperator) return false;
  return status === undefined || status.includes(record.status);
}

/** One id, whatever number of runs it took. A raw start of what is no order never gets a status, and is no settlement. */
async function runsOutsideLedger({ client, config, ledger }: ListContext): Promise<readonly string[]> {
  const ids = new Set<string>();
  // What has come further than the first published status has been in the ledger since.
  const statuses = ledger ? `SettlementStatus IN ('PROCESSING', 'FAILED')` : 'SettlementStatus IS NOT NULL';
  const query = `WorkflowType = '${workflowType}' AND TaskQueue = '${config.temporal.taskQueue}' AND ${statuses}`;
  for await (const { workflowId } of client.workflow.list({ query })) ids.add(workflowId);
  if (!ledger) return [...ids];
  for (const page of chunk([...ids], pageSize)) {
    for (const { record } of await ledger.findMany(page)) ids.delete(record.settlementId);
  }
  return [...ids];
}

async function* ledgerRecords({ ledger }: ListContext, filter: ListFilter): AsyncIterable<SettlementRecord> {
  let before: bigint | null | undefined;
  while (ledger && before !== null) {
    const { records, next } = await ledger.search({
      idPrefix: null,
      limit: pageSize,
      ...filter,
      ...(before !== undefined && { before }),
    });
    yield* records;
    before = next;
  }
}

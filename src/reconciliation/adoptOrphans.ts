import type { WorkflowExecutionDescription } from '@temporalio/client';
import { askTemporal } from '../client/askTemporal';
import { isNotFound } from '../client/readForgotten';
import { openRun } from '../client/openRun';
import { SettlementError } from '../domain/errors';
import { batchOfRun } from '../domain/batch';
import type { SettlementRequest } from '../domain/messages';
import type { Finding, ReconciledPage } from '../domain/reconciliation';
import type { SettlementStatus } from '../domain/status';
import { failpoint } from '../failpoint';
import type { LedgerSettlement } from '../ledger/ledger';
import type { ReconciliationContext } from './context';
import { tellFindings } from './tellFindings';

const rowsPerPage = 100;

const underWay: readonly SettlementStatus[] = ['PROCESSING', 'BURNING', 'BURNED', 'MINTING', 'MINTED', 'COMPENSATING'];

/**
 * One page of the settlements that are under way, and have been quiet for a while: one whose run was terminated, lost or never
 * seen gets another, which takes up what stands. What the ledger does not know has no money on its way.
 */
export async function adoptOrphans(
  context: ReconciliationContext,
  { after, graceMs }: { readonly after: string | null; readonly graceMs: number },
): Promise<ReconciledPage> {
  const page = { limit: rowsPerPage, status: underWay, ...(after === null ? {} : { after }) };
  const rows = await context.ledger.list(page);
  const quiet = rows.filter(({ record }) => Date.now() - Date.parse(record.updatedAt) >= graceMs);
  const running = await idsOfRunning(context, quiet);
  const batches = await batchesRunning(context, quiet);
  const adopted: string[] = [];
  const findings: Finding[] = [];
  const isDriven = ({ record, owner }: LedgerSettlement): boolean =>
    running.has(record.settlementId) || batches.has(batchOfRun(owner.runId) ?? '');
  for (const row of quiet.filter((one) => !isDriven(one))) {
    const { settlementId } = row.record;
    try {
      if (await adopt(context, row)) adopted.push(settlementId);
    } catch (error) {
      // One that cannot be taken up must not keep the others from it.
      if (!(error instanceof SettlementError) || error.retryable) throw error;
      findings.push({ kind: 'lostRun', settlementId, route: null, chain: null, what: error.message });
    }
  }
  await tellFindings(context, findings);
  const next = rows.length < rowsPerPage ? null : (rows.at(-1)?.record.settlementId ?? null);
  return { findings, looked: quiet.length, adopted, next };
}

/** As searches know them, a hundred at a time; who is not found is asked for alone. */
async function idsOfRunning(
  { client }: ReconciliationContext,
  rows: readonly LedgerSettlement[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (rows.length === 0) return found;
  // The ids are of a kind that holds no quote.
  const ids = rows.map(({ record }) => `"${record.settlementId}"`).join(', ');
  const query = `WorkflowId IN (${ids}) AND ExecutionStatus = "Running"`;
  await askTemporal(async () => {
    for await (const { workflowId } of client.workflow.list({ query, pageSize: rowsPerPage })) found.add(workflowId);
  });
  return found;
}

/** A page has few batches: each is asked for once, and by name, which no search lags behind. */
async function batchesRunning(
  context: ReconciliationContext,
  rows: readonly LedgerSettlement[],
): Promise<ReadonlySet<string>> {
  const running = new Set<string>();
  for (const batch of new Set(rows.flatMap(({ owner }) => batchOfRun(owner.runId) ?? []))) {
    if ((await describe(context, batch))?.status.name === 'RUNNING') running.add(batch);
  }
  return running;
}

/** False: it runs after all, or the ledger has moved on. */
async function adopt(context: ReconciliationContext, row: LedgerSettlement): Promise<boolean> {
  const { order, record, fingerprint, signature } = row;
  const description = await describe(context, record.settlementId);
  if (description?.status.name === 'RUNNING') return false;
  // A run that had taken up the next attempt had the caller's word for it; any other goes on with what stands, and no further.
  const request: SettlementRequest =
    record.status === 'PROCESSING' && record.attempt > 0 ? { kind: 'retry' } : { kind: 'start' };
  failpoint('adoption-found');
  const { created } = await openRun(
    context,
    { order, signature: signature as `0x${string}`, fingerprint, request },
    { adopt: true },
  );
  failpoint('adoption-opened');
  return created;
}

async function describe(
  { client }: ReconciliationContext,
  workflowId: string,
): Promise<WorkflowExecutionDescription | null> {
  try {
    return await askTemporal(() => client.workflow.getHandle(workflowId).describe());
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

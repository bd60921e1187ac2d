import type { ReconciledPage } from '../domain/reconciliation';
import { failpoint } from '../failpoint';
import { pinChains } from '../recovery/recoveryContext';
import type { ReconciliationContext } from './context';
import { findingsOfRows } from './findingsOfRows';
import { tellFindings } from './tellFindings';

/** Events of one page; most settlements have seven. */
const eventsPerPage = 1_000;

/** Holds one page of the settlements that changed since the last reconciliation against their slots. */
export async function reconcileRows(context: ReconciliationContext): Promise<ReconciledPage> {
  const { ledger } = context;
  // Before any row is read: what is in these blocks was entered before.
  const chains = await pinChains(context.chains);
  const page = await ledger.changedSettlements(await ledger.reconciledEvent(), eventsPerPage);
  const findings = await findingsOfRows(context, chains, page.rows);
  await tellFindings(context, findings);
  failpoint('reconciliation-told');
  if (page.upToEvent !== null) await ledger.markReconciledEvent(page.upToEvent);
  const next = page.upToEvent === null ? null : String(page.upToEvent);
  return { findings, looked: page.rows.length, adopted: [], next };
}

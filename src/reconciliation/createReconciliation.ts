import type { ReconciledPage, ReconciliationActivities } from '../domain/reconciliation';
import { adoptOrphans } from './adoptOrphans';
import type { ReconciliationContext } from './context';
import { reconcileChain } from './reconcileChain';
import { reconcileKeys } from './reconcileKeys';
import { reconcileRows } from './reconcileRows';

/** The reconciliation's activities as a worker registers them. Each is one bounded look that can be taken twice. */
export function createReconciliation(context: ReconciliationContext): ReconciliationActivities {
  const { blocksPerRead, graceMs } = context.config.reconciliation;
  const counted = async (looking: Promise<ReconciledPage>): Promise<ReconciledPage> => {
    const page = await looking;
    context.metrics.page(page);
    return page;
  };
  return {
    reconcileChain: ({ after }) => counted(reconcileChain(context, { after, blocksPerRead })),
    reconcileRows: () => counted(reconcileRows(context)),
    reconcileKeys: () => counted(reconcileKeys(context)),
    adoptOrphans: ({ after }) => counted(adoptOrphans(context, { after, graceMs })),
  };
}

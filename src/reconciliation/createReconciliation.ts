import type { ReconciliationActivities } from '../domain/reconciliation';
import { adoptOrphans } from './adoptOrphans';
import type { ReconciliationContext } from './context';
import { reconcileChain } from './reconcileChain';
import { reconcileKeys } from './reconcileKeys';
import { reconcileRows } from './reconcileRows';

/** The reconciliation's activities as a worker registers them. Each is one bounded look that can be taken twice. */
export function createReconciliation(context: ReconciliationContext): ReconciliationActivities {
  const { blocksPerRead, graceMs } = context.config.reconciliation;
  return {
    reconcileChain: ({ after }) => reconcileChain(context, { after, blocksPerRead }),
    reconcileRows: () => reconcileRows(context),
    reconcileKeys: () => reconcileKeys(context),
    adoptOrphans: ({ after }) => adoptOrphans(context, { after, graceMs }),
  };
}

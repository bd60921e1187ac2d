import { TransientError } from '../domain/errors';
import type { LedgerSettlement } from '../ledger/ledger';
import type { Pace } from '../lanes/pace';
import type { Dependencies } from './dependencies';

/**
 * The ledger's row of the settlement this run drives.
 * @throws TransientError LEDGER_BEHIND when there is none: the ledger is older than the chains and has to be rebuilt
 * @throws TransientError OWNERSHIP_LOST when another run drives it
 */
export async function ownedSettlement(deps: Dependencies, settlementId: string, pace: Pace): Promise<LedgerSettlement> {
  const row = await deps.ledger.find(settlementId);
  if (!row) throw new TransientError('LEDGER_BEHIND', `${settlementId} is not in the ledger`, { retryAfterMs: 10_000 });
  if (row.owner.runId === pace.execution.runId) return row;
  throw new TransientError('OWNERSHIP_LOST', `${settlementId} is driven by run ${row.owner.runId}`);
}

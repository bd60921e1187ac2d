import { TransientError } from '../domain/errors';
import type { OrderIdentity } from '../domain/fingerprint';
import type { SettlementOrder } from '../domain/order';
import type { Pace } from '../lanes/pace';
import type { LedgerSettlement } from '../ledger/ledger';
import type { Dependencies } from './dependencies';

/**
 * The ledger's row of the settlement this run drives. A run that begins past the burn (after a `temporal workflow reset`, or with
 * a ledger that was rebuilt meanwhile) takes it over here, as every other run does in its burn.
 * @throws TransientError LEDGER_BEHIND when there is none: the ledger is older than the chains and has to be rebuilt
 * @throws TransientError OWNERSHIP_LOST when a later run drives it, or another one failed it; PermanentError IDEMPOTENCY_CONFLICT when it is another order's
 */
export async function ownedSettlement(
  deps: Dependencies,
  order: SettlementOrder,
  { fingerprint }: OrderIdentity,
  { execution }: Pace,
): Promise<LedgerSettlement> {
  const { settlementId } = order;
  const row = await deps.ledger.find(settlementId);
  if (!row) throw new TransientError('LEDGER_BEHIND', `${settlementId} is not in the ledger`, { retryAfterMs: 10_000 });
  const { runId, scheduledAtMs } = execution;
  if (row.owner.runId === runId) return row;
  const { sourceChain, destinationChain, attempt } = row.record;
  const { signature } = row;
  const standing = { order, signature, fingerprint, sourceChain, destinationChain, attempt, burnStands: true };
  const entered = await deps.ledger.enter({ ...standing, runId, scheduledAtMs, mode: 'start', knownEpoch: deps.epoch });
  if (entered.owner.runId === runId) return entered;
  throw new TransientError(
    'OWNERSHIP_LOST',
    `${settlementId} failed in run ${entered.owner.runId}; only a retry lifts that`,
  );
}

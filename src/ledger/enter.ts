import { sql } from 'kysely';
import { PermanentError, TransientError } from '../domain/errors';
import { askLedger } from './askLedger';
import type { EnterRequest, LedgerSettlement } from './ledger';
import type { LedgerContext } from './openLedger';
import { rowOfOrder } from './rowOfOrder';
import type { SettlementRow } from './tables';
import { toSettlement } from './toSettlement';

type Entered = SettlementRow & { readonly outcome: 'entered' | 'conflict' | 'owner' };

/**
 * The settlement as it stands, now driven by the run that asks. A new one enters PROCESSING; one that FAILED is lifted by a
 * later run's retry and by nothing else; any other is taken over by a later run.
 * @throws PermanentError IDEMPOTENCY_CONFLICT when another order stands under the id, TransientError OWNERSHIP_LOST when a
 * later run drives it, LEDGER_BEHIND while the ledger is being rebuilt, LEDGER_UNAVAILABLE
 */
export async function enter({ db }: LedgerContext, request: EnterRequest): Promise<LedgerSettlement> {
  const { order, runId, mode, attempt } = request;
  const query = sql<Entered>`select outcome, (settlement).* from ledger.enter(
    ${JSON.stringify(rowOfOrder(request))}::jsonb, ${runId}, to_timestamp(${request.scheduledAtMs}::float8 / 1000), ${mode}, ${attempt},
    ${request.burnStands}, ${request.knownEpoch})`;
  const entered = await askLedger(`settlement ${order.settlementId} cannot enter`, () => query.execute(db));
  const [row] = entered.rows;
  if (!row) throw new Error('ledger.enter answered nothing');
  if (row.outcome === 'conflict') {
    throw new PermanentError('IDEMPOTENCY_CONFLICT', `another order stands under settlement id ${order.settlementId}`);
  }
  if (row.outcome === 'owner') {
    throw new TransientError(
      'OWNERSHIP_LOST',
      `settlement ${order.settlementId} is driven by run ${row.owner_run_id}, which is later than run ${runId}`,
    );
  }
  return toSettlement(row);
}

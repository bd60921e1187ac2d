import { sql } from 'kysely';
import { PermanentError, TransientError } from '../domain/errors';
import { settlementKeyOf } from '../domain/fingerprint';
import { orderToJson } from '../domain/order';
import { askLedger } from './askLedger';
import type { EnterRequest, LedgerSettlement } from './ledger';
import type { LedgerContext } from './openLedger';
import type { SettlementRow } from './tables';
import { toSettlement } from './toSettlement';

type Entered = SettlementRow & { readonly outcome: 'entered' | 'conflict' | 'owner' };

/**
 * The settlement as it stands, now driven by the run that asks. A new one enters PROCESSING; one that FAILED is lifted by a
 * later run's retry and by nothing else; any other is taken over by a later run.
 * @throws PermanentError IDEMPOTENCY_CONFLICT when another order stands under the id, TransientError OWNERSHIP_LOST when a
 * later run drives it, LEDGER_UNAVAILABLE
 */
export async function enter({ db }: LedgerContext, request: EnterRequest): Promise<LedgerSettlement> {
  const { order, runId, mode, attempt } = request;
  const query = sql<Entered>`select outcome, (settlement).* from ledger.enter(
    ${JSON.stringify(rowOf(request))}::jsonb, ${runId}, to_timestamp(${request.scheduledAtMs}::float8 / 1000), ${mode}, ${attempt},
    ${request.burnStands})`;
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

function rowOf({ order, signature, fingerprint, sourceChain, destinationChain }: EnterRequest) {
  const json = orderToJson(order);
  return {
    settlement_id: json.settlementId,
    settlement_key: settlementKeyOf(json.settlementId),
    fingerprint: fingerprint.toLowerCase(),
    order: json,
    signature,
    source_chain: sourceChain,
    destination_chain: destinationChain,
    token: json.token,
    amount: json.amount,
    holder: json.holder,
    recipient: json.recipient,
  };
}

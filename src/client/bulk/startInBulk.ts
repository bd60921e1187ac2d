import { batchRunIdOf } from '../../domain/batch';
import { fingerprintOf } from '../../domain/fingerprint';
import { orderToJson, type SignedOrder } from '../../domain/order';
import { parseOrder } from '../../domain/parseOrder';
import { parseSignature } from '../../domain/parseSignature';
import { recordAtStart } from '../../domain/recordAtStart';
import type { Ledger } from '../../ledger/createLedger';
import { chainsOf, withChainNames, type ClientContext } from '../context';
import { conflict, findStanding } from '../findStanding';
import type { Started } from '../openRun';
import { startSettlement } from '../startSettlement';
import { checkTogether } from './checkTogether';

export interface BulkContext extends ClientContext {
  readonly ledger: Pick<Ledger, 'find' | 'findClaim' | 'claimOrders'>;
}

/**
 * `startSettlement` for who starts many: the order is accepted, and goes on in a batch with whoever came at the same time. Same id,
 * same order, same answer. What has to be looked at more closely is started alone.
 * @throws what startSettlement throws; TransientError LEDGER_UNAVAILABLE, after which saying the same again is safe
 */
export async function startInBulk(context: BulkContext, signed: SignedOrder): Promise<Started> {
  const order = parseOrder(signed.order);
  const signature = parseSignature(signed.signature);
  const fingerprint = fingerprintOf(order, chainsOf(context, order).source.config.gateway);
  const standing = await findStanding(context, order.settlementId, fingerprint);
  if (standing) return standing;
  const fresh = { order, signature, fingerprint };
  if ((await checkTogether(context, [fresh])).size === 0) return startSettlement(context, signed);
  const json = orderToJson(order);
  const [claim] = await context.ledger.claimOrders(
    [{ order: json, signature, fingerprint }],
    context.config.bulk.mostOrders,
  );
  if (claim?.outcome === 'conflict') throw conflict(order.settlementId);
  if (!claim?.batchId || !claim.claimedAt) return startSettlement(context, signed);
  return {
    record: withChainNames(context.config, recordAtStart(json, claim.claimedAt)),
    created: claim.outcome === 'claimed',
    runId: batchRunIdOf(claim.batchId),
  };
}

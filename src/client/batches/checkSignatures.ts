import { verifyOrderSignature } from '../../chains/verifyOrderSignature';
import { PermanentError } from '../../domain/errors';
import type { NewBatchOrder } from '../../ledger/batches/addBatchOrders';
import { parseOrder } from '../../domain/parseOrder';
import { chainsOf, type ClientContext } from '../context';

/** Asked of a chain at once: reads of one tick are one request. */
const signaturesPerRead = 200;

/**
 * Asks the chains who signed, before anybody pays gas for what they would refuse.
 * @throws PermanentError SIGNATURE_INVALID that says the order's place; TransientError CHAIN_UNAVAILABLE
 */
export async function checkSignatures(context: ClientContext, orders: readonly NewBatchOrder[]): Promise<void> {
  for (let from = 0; from < orders.length; from += signaturesPerRead) {
    const page = orders.slice(from, from + signaturesPerRead);
    const verdicts = await Promise.all(
      page.map(({ order: json, fingerprint, signature }) => {
        const order = parseOrder(json);
        return verifyOrderSignature(chainsOf(context, order).source, order, fingerprint, signature);
      }),
    );
    const at = verdicts.findIndex((verdict) => verdict !== 'valid');
    const bad = page[at];
    if (!bad) continue;
    const message = `order ${bad.position + 1}: the signature is not ${bad.order.holder}'s over this order`;
    throw new PermanentError('SIGNATURE_INVALID', message);
  }
}

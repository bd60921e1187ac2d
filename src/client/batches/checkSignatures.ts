import { chunk, groupBy } from 'es-toolkit/array';
import { readBurnRefusals } from '../../chains/readBurnRefusals';
import { verifyOrderSignature } from '../../chains/verifyOrderSignature';
import { PermanentError } from '../../domain/errors';
import type { SettlementOrder } from '../../domain/order';
import { parseOrder } from '../../domain/parseOrder';
import type { NewBatchOrder } from '../../ledger/batches/addBatchOrders';
import { chainsOf, type ClientContext } from '../context';

/** Looked at together. */
const ordersPerPage = 200;

interface Submitted extends Pick<NewBatchOrder, 'position' | 'signature' | 'fingerprint'> {
  readonly order: SettlementOrder;
}

/**
 * Asks the chains who signed, before anybody pays gas for what they would refuse.
 * @throws PermanentError SIGNATURE_INVALID that says the order's place; TransientError CHAIN_UNAVAILABLE
 */
export async function checkSignatures(context: ClientContext, orders: readonly NewBatchOrder[]): Promise<void> {
  for (const some of chunk(orders, ordersPerPage)) {
    const page = some.map((one) => ({ ...one, order: parseOrder(one.order) }));
    const bySource = Object.values(groupBy(page, ({ order }) => String(order.sourceChainId)));
    const areSigned = await Promise.all(bySource.map((group) => readSigned(context, group)));
    const signed = new Set(areSigned.flat());
    const bad = page.find((one) => !signed.has(one));
    if (!bad) continue;
    const message = `order ${bad.position + 1}: the signature is not ${bad.order.holder}'s over this order`;
    throw new PermanentError('SIGNATURE_INVALID', message);
  }
}

/** Those of a chain's that their holders signed. What would be refused for another reason is asked about alone. */
async function readSigned(context: ClientContext, group: readonly Submitted[]): Promise<readonly Submitted[]> {
  const [{ order: first }] = group as readonly [Submitted];
  const { source } = chainsOf(context, first);
  const refusals = await readBurnRefusals(source, group);
  const verdicts = await Promise.all(
    group.map(async ({ order, fingerprint, signature }, at) =>
      refusals[at] === null ? 'valid' : verifyOrderSignature(source, order, fingerprint, signature),
    ),
  );
  return group.filter((_, at) => verdicts[at] === 'valid');
}

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
  for (let from = 0; from < orders.length; from += ordersPerPage) {
    const page = orders.slice(from, from + ordersPerPage).map((one) => ({ ...one, order: parseOrder(one.order) }));
    const areSigned = await Promise.all(bySource(page).map((group) => readSigned(context, group)));
    const signed = new Set(areSigned.flat());
    const bad = page.find((one) => !signed.has(one));
    if (!bad) continue;
    const message = `order ${bad.position + 1}: the signature is not ${bad.order.holder}'s over this order`;
    throw new PermanentError('SIGNATURE_INVALID', message);
  }
}

function bySource(orders: readonly Submitted[]): readonly (readonly [Submitted, ...Submitted[]])[] {
  const groups = new Map<bigint, [Submitted, ...Submitted[]]>();
  for (const one of orders) {
    const group = groups.get(one.order.sourceChainId);
    if (group) group.push(one);
    else groups.set(one.order.sourceChainId, [one]);
  }
  return [...groups.values()];
}

/** Those of a chain's that their holders signed. What would be refused for another reason is asked about alone. */
async function readSigned(
  context: ClientContext,
  group: readonly [Submitted, ...Submitted[]],
): Promise<readonly Submitted[]> {
  const { source } = chainsOf(context, group[0].order);
  const refusals = await readBurnRefusals(source, group);
  const verdicts = await Promise.all(
    group.map(async ({ order, fingerprint, signature }, at) =>
      refusals[at] === null ? 'valid' : verifyOrderSignature(source, order, fingerprint, signature),
    ),
  );
  return group.filter((_, at) => verdicts[at] === 'valid');
}

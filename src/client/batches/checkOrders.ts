import { setImmediate as breathe } from 'node:timers/promises';
import { PermanentError, SettlementError } from '../../domain/errors';
import { fingerprintOf } from '../../domain/fingerprint';
import { orderToJson, type SignedOrder } from '../../domain/order';
import { parseOrder } from '../../domain/parseOrder';
import { parseSignature } from '../../domain/parseSignature';
import type { NewBatchOrder } from '../../ledger/batches/addBatchOrders';
import { chainsOf, type ClientContext } from '../context';

/** Hashed without a pause: some ten milliseconds, in which a server answers nobody else. */
const ordersPerTurn = 50;

/** Every order of a batch, checked; the first that is wrong is told with its place. @throws PermanentError BAD_REQUEST, and what parseOrder and parseSignature throw */
export async function checkOrders(
  context: ClientContext,
  signed: readonly SignedOrder[],
): Promise<readonly NewBatchOrder[]> {
  if (signed.length === 0) throw new PermanentError('BAD_REQUEST', 'a batch has at least one order');
  const places = new Map<string, number>();
  const orders: NewBatchOrder[] = [];
  for (const [position, one] of signed.entries()) {
    if (position % ordersPerTurn === 0) await breathe();
    orders.push(checkOrder(context, one, position, places));
  }
  return orders;
}

function checkOrder(
  context: ClientContext,
  one: SignedOrder,
  position: number,
  places: Map<string, number>,
): NewBatchOrder {
  try {
    const order = parseOrder(one.order);
    const earlier = places.get(order.settlementId);
    if (earlier !== undefined) {
      throw new PermanentError('BAD_REQUEST', `${order.settlementId} is order ${earlier + 1} already`);
    }
    places.set(order.settlementId, position);
    const fingerprint = fingerprintOf(order, chainsOf(context, order).source.config.gateway);
    return { position, order: orderToJson(order), signature: parseSignature(one.signature), fingerprint };
  } catch (error) {
    if (!(error instanceof SettlementError)) throw error;
    throw new PermanentError(error.code, `order ${position + 1}: ${error.message}`, { cause: error });
  }
}

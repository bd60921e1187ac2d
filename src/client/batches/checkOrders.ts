import { PermanentError, SettlementError } from '../../domain/errors';
import { fingerprintOf } from '../../domain/fingerprint';
import { orderToJson, type SignedOrder } from '../../domain/order';
import { parseOrder } from '../../domain/parseOrder';
import { parseSignature } from '../../domain/parseSignature';
import type { NewBatchOrder } from '../../ledger/batches/addBatchOrders';
import { chainsOf, type ClientContext } from '../context';

/** Every order of a batch, checked; the first that is wrong is told with its place. @throws PermanentError BAD_REQUEST, and what parseOrder and parseSignature throw */
export function checkOrders(context: ClientContext, signed: readonly SignedOrder[]): readonly NewBatchOrder[] {
  if (signed.length === 0) throw new PermanentError('BAD_REQUEST', 'a batch has at least one order');
  const places = new Map<string, number>();
  return signed.map((one, position) => {
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
  });
}

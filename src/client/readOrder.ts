import { orderToJson, type SignedOrder } from '../domain/order';
import type { ClientContext } from './context';
import { isNotFound } from './readForgotten';
import { readInput } from './readInput';

/** The signed order that stands under an id, or null. A caller that invents its own validBefore adopts the standing one from here. */
export async function readOrder(context: ClientContext, settlementId: string): Promise<SignedOrder | null> {
  try {
    return await readInput(context, context.client.workflow.getHandle(settlementId));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const row = await context.ledger?.find(settlementId);
    return row ? { order: orderToJson(row.order), signature: row.signature as SignedOrder['signature'] } : null;
  }
}

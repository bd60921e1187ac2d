import type { BatchRange } from '../../domain/batch';
import type { SignedOrder } from '../../domain/order';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

export interface BatchOrder extends SignedOrder {
  readonly position: number;
}

/** A range of a batch's orders, in their order. @throws TransientError LEDGER_UNAVAILABLE */
export async function batchOrders(
  { db }: LedgerContext,
  { batchId, from, to }: BatchRange,
): Promise<readonly BatchOrder[]> {
  const rows = await askLedger(`orders of batch ${batchId} cannot be read`, () =>
    db
      .selectFrom('ledger.batch_orders')
      .select(['position', 'order', 'signature'])
      .where('batch_id', '=', batchId)
      .where('position', '>=', from)
      .where('position', '<', to)
      .orderBy('position')
      .execute(),
  );
  return rows.map(({ position, order, signature }) => ({
    position,
    order,
    signature: signature as `0x${string}`,
  }));
}

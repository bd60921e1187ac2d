import type { BatchOrder } from './batchOrders';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

export interface NewBatchOrder extends BatchOrder {
  readonly fingerprint: `0x${string}`;
}

/** Some of a batch's orders; what is there already is left as it is. @throws TransientError LEDGER_UNAVAILABLE */
export async function addBatchOrders(
  { db }: LedgerContext,
  batchId: string,
  orders: readonly NewBatchOrder[],
): Promise<void> {
  if (orders.length === 0) return;
  const rows = orders.map(({ position, order, signature, fingerprint }) => ({
    batch_id: batchId,
    position,
    settlement_id: order.settlementId,
    fingerprint: fingerprint.toLowerCase(),
    order: JSON.stringify(order),
    signature,
  }));
  await askLedger(`orders of batch ${batchId} cannot be written`, () =>
    db
      .insertInto('ledger.batch_orders')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

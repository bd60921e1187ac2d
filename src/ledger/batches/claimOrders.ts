import { sql } from 'kysely';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';
import type { NewBatchOrder } from './addBatchOrders';

export interface ClaimAnswer {
  /**
   * `standing`: this very order was accepted before; `conflict`: another was under its id; `entered`: a settlement has the id that
   * did not come in bulk.
   */
  readonly outcome: 'claimed' | 'standing' | 'conflict' | 'entered';
  /** The batch that has the order, and since when; null for `entered`. */
  readonly batchId: string | null;
  readonly claimedAt: Date | null;
}

interface AnswerRow {
  readonly outcome: ClaimAnswer['outcome'];
  readonly batch_id: string | null;
  readonly claimed_at: Date | null;
}

/**
 * Accepts orders, in one database transaction, into the batch that is open; a worker closes it, and starts its run. An id is accepted
 * once, whoever asks: one answer for each order.
 * @param mostOrders a batch that has so many takes no more
 * @throws TransientError LEDGER_UNAVAILABLE: unknown whether they were accepted; saying the same again is safe
 */
export async function claimOrders(
  { db }: LedgerContext,
  orders: readonly Omit<NewBatchOrder, 'position'>[],
  mostOrders: number,
): Promise<readonly ClaimAnswer[]> {
  if (orders.length === 0) return [];
  const json = JSON.stringify(
    orders.map(({ order, signature, fingerprint }) => ({ order, signature, fingerprint: fingerprint.toLowerCase() })),
  );
  const { rows } = await askLedger('orders cannot be accepted', () =>
    sql<AnswerRow>`select outcome, batch_id, claimed_at from ledger.claim_bulk(${json}::jsonb, ${mostOrders})
      order by index`.execute(db),
  );
  return rows.map(({ outcome, batch_id: batchId, claimed_at: claimedAt }) => ({ outcome, batchId, claimedAt }));
}

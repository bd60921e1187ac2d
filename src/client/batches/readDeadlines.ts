import type { Ledger } from '../../ledger/createLedger';

const ordersPerPage = 1_000;

/** By settlement id the deadlines of a batch that stands, so that whoever says it again signs the same orders; empty: there is none. */
export async function readDeadlines(
  { ledger }: { readonly ledger: Pick<Ledger, 'batchOrders'> },
  batchId: string,
): Promise<ReadonlyMap<string, number>> {
  const deadlines = new Map<string, number>();
  for (let from = 0; ; from += ordersPerPage) {
    const page = await ledger.batchOrders({ batchId, from, to: from + ordersPerPage });
    for (const { order } of page) deadlines.set(order.settlementId, order.validBefore);
    if (page.length < ordersPerPage) return deadlines;
  }
}

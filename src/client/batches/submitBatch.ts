import { createHash } from 'node:crypto';
import { chunk } from 'es-toolkit/array';
import type { SignedOrder } from '../../domain/order';
import { parseSettlementId } from '../../domain/settlementId';
import type { NewBatchOrder } from '../../ledger/batches/addBatchOrders';
import type { Ledger } from '../../ledger/createLedger';
import type { ClientContext } from '../context';
import { checkOrders } from './checkOrders';
import { startBatchRun } from './startBatchRun';

/** Rows of one insert. */
const ordersPerPage = 500;

export interface SubmittedBatch {
  readonly batchId: string;
  readonly size: number;
  /** False: the batch stood already, with these very orders. */
  readonly created: boolean;
}

export interface BatchContext extends ClientContext {
  readonly ledger: Pick<Ledger, 'find' | 'findClaim' | 'findBatch' | 'createBatch' | 'addBatchOrders' | 'readBatch'>;
}

export interface SubmitBatchOptions {
  /** Hears how many of the orders are kept. */
  readonly onStored?: (count: number) => void;
  /** Must let them in before anything is written; not asked where the batch stands already. */
  readonly admit?: (orders: readonly NewBatchOrder[]) => Promise<void>;
}

/**
 * Checks every order, and writes none of them before all are good; then keeps them and starts the batch. The same batch again gets
 * the same answer, and one whose upload was cut off is completed. Balances are judged when the orders are burned; signatures too, unless
 * `admit` does.
 * @throws PermanentError BAD_REQUEST when it is empty or an id is there twice, IDEMPOTENCY_CONFLICT when the id stands with other
 * orders, and an order's own errors, which say its place
 */
export async function submitBatch(
  context: BatchContext,
  batchId: string,
  signed: readonly SignedOrder[],
  { onStored = () => undefined, admit }: SubmitBatchOptions = {},
): Promise<SubmittedBatch> {
  parseSettlementId(batchId);
  const orders = await checkOrders(context, signed);
  const { ledger } = context;
  if (admit && !(await ledger.findBatch(batchId))) await admit(orders);
  await ledger.createBatch({ batchId, digest: digestOf(orders), size: orders.length });
  let stored = 0;
  for (const page of chunk(orders, ordersPerPage)) {
    await ledger.addBatchOrders(batchId, page);
    stored += page.length;
    onStored(stored);
  }
  return { batchId, size: orders.length, created: await startBatchRun(context, batchId, orders.length) };
}

function digestOf(orders: readonly NewBatchOrder[]): string {
  const hash = createHash('sha256');
  for (const { fingerprint } of orders) hash.update(fingerprint.toLowerCase());
  return hash.digest('hex');
}

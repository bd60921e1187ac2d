import { PermanentError } from '../../domain/errors';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

export interface NewBatch {
  readonly batchId: string;
  /** Over the orders' fingerprints in their order. */
  readonly digest: string;
  readonly size: number;
}

/**
 * Claims a batch's id for these very orders; the same again is the same batch.
 * @throws PermanentError IDEMPOTENCY_CONFLICT when the id is another batch's; TransientError LEDGER_UNAVAILABLE
 */
export async function createBatch({ db }: LedgerContext, { batchId, digest, size }: NewBatch): Promise<void> {
  const standing = await askLedger(`batch ${batchId} cannot be entered`, async () => {
    await db
      .insertInto('ledger.batches')
      .values({ batch_id: batchId, digest, size })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return db.selectFrom('ledger.batches').select('digest').where('batch_id', '=', batchId).executeTakeFirstOrThrow();
  });
  if (standing.digest === digest) return;
  throw new PermanentError('IDEMPOTENCY_CONFLICT', `batch ${batchId} stands already, with other orders`);
}

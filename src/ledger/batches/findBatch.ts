import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';
import type { NewBatch } from './createBatch';

/** The batch that stands under an id, or null. @throws TransientError LEDGER_UNAVAILABLE */
export async function findBatch({ db }: LedgerContext, batchId: string): Promise<NewBatch | null> {
  const row = await askLedger(`batch ${batchId} cannot be read`, () =>
    db.selectFrom('ledger.batches').select(['digest', 'size']).where('batch_id', '=', batchId).executeTakeFirst(),
  );
  // Nobody's own batch is without a size; one that takes bulk orders is.
  return row ? { batchId, digest: row.digest, size: row.size ?? 0 } : null;
}

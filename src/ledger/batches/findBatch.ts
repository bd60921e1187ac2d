import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';
import type { NewBatch } from './createBatch';

/** The batch that stands under an id, or null. @throws TransientError LEDGER_UNAVAILABLE */
export async function findBatch({ db }: LedgerContext, batchId: string): Promise<NewBatch | null> {
  const row = await askLedger(`batch ${batchId} cannot be read`, () =>
    db.selectFrom('ledger.batches').select(['digest', 'size']).where('batch_id', '=', batchId).executeTakeFirst(),
  );
  return row ? { batchId, ...row } : null;
}

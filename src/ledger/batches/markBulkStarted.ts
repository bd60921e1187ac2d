import { sql } from 'kysely';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

/** A run of the bulk batch was started: nobody needs to any more. @throws TransientError LEDGER_UNAVAILABLE */
export async function markBulkStarted({ db }: LedgerContext, batchId: string): Promise<void> {
  await askLedger(`batch ${batchId} cannot be marked`, () =>
    db
      .updateTable('ledger.bulk_batches')
      .set({ started_at: sql`now()` })
      .where('batch_id', '=', batchId)
      .where('started_at', 'is', null)
      .execute(),
  );
}

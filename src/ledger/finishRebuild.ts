import { sql } from 'kysely';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** Opens the ledger again: from now on settlements may enter. @throws PermanentError ILLEGAL_STEP when no rebuild is under way */
export async function finishRebuild({ db }: LedgerContext): Promise<void> {
  await askLedger('the rebuild cannot end', () => sql`select ledger.finish_rebuild()`.execute(db));
}

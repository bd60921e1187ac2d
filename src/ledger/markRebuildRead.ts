import { sql } from 'kysely';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** Every block of the chain below this one was read and is staged. @throws PermanentError ILLEGAL_STEP */
export async function markRebuildRead({ db }: LedgerContext, chainId: number, nextBlock: bigint): Promise<void> {
  await askLedger('how far the rebuild came cannot be kept', () =>
    sql`select ledger.mark_rebuild_read(${chainId}, ${nextBlock.toString()})`.execute(db),
  );
}

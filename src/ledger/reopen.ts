import { sql } from 'kysely';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/**
 * Lets an epoch journal, once every listed key of before was seen to be revoked. False when it is not the ledger's any more, its
 * keys are not listed, or a rebuild is under way.
 */
export async function reopen({ db }: LedgerContext, epoch: number): Promise<boolean> {
  const { rows } = await askLedger('the ledger cannot be opened', () =>
    sql<{ readonly opened: boolean }>`select ledger.reopen(${epoch}) as opened`.execute(db),
  );
  return rows[0]?.opened === true;
}

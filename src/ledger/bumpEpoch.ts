import { sql } from 'kysely';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/**
 * To be called after every restore and rebuild: what the journal says of settlements from before is no proof any more, and
 * every lease ends. Returns the new epoch.
 */
export async function bumpEpoch({ db }: LedgerContext, reason: string): Promise<number> {
  const { rows } = await askLedger('the epoch cannot be bumped', () =>
    sql<{ readonly epoch: number }>`select ledger.bump_epoch(${reason}) as epoch`.execute(db),
  );
  const [row] = rows;
  if (!row) throw new Error('ledger.bump_epoch answered nothing');
  return row.epoch;
}

import { sql } from 'kysely';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

/** Those of the ids that were submitted before, in whatever way, and answered or entered. @throws TransientError LEDGER_UNAVAILABLE */
export async function findKnown({ db }: LedgerContext, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const query = sql<{ id: string }>`
    select settlement_id as id from ledger.settlements where settlement_id = any (${ids})
    union select settlement_id from ledger.batch_orders where settlement_id = any (${ids}) and claimed_at is not null
    union select settlement_id from api.submissions where settlement_id = any (${ids}) and answer is not null`;
  const { rows } = await askLedger('what is known cannot be read', () => query.execute(db));
  return new Set(rows.map(({ id }) => id));
}

import { sql } from 'kysely';
import { askLedger } from './askLedger';
import type { LedgerSettlement } from './ledger';
import type { LedgerContext } from './openLedger';
import type { SettlementRow } from './tables';
import { toSettlement } from './toSettlement';

export interface ChangedPage {
  readonly rows: readonly LedgerSettlement[];
  /** The newest event that the page covers; null when there is none newer than the mark. */
  readonly upToEvent: bigint | null;
}

/** Event ids are not committed in their order: so many before the mark are looked at again. */
const overlap = 1_000;

/** Settlements that changed since the mark, by a page of their events. Cost: the page's, whatever the ledger holds. */
export async function changedSettlements({ db }: LedgerContext, after: bigint, limit: number): Promise<ChangedPage> {
  const first = after - BigInt(overlap);
  const query = sql<SettlementRow & { readonly newest: string }>`
    with page as (
      select settlement_id, id from ledger.settlement_events where id > ${String(first)}::bigint
      order by id limit ${limit + overlap})
    select s.*, (select max(id) from page)::text as newest from ledger.settlements s
    where s.settlement_id in (select settlement_id from page)`;
  const { rows } = await askLedger('changed settlements cannot be read', () => query.execute(db));
  const newest = BigInt(rows[0]?.newest ?? 0);
  return { rows: rows.map(toSettlement), upToEvent: newest > after ? newest : null };
}

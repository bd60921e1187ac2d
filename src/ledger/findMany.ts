import { askLedger } from './askLedger';
import type { LedgerSettlement } from './ledger';
import type { LedgerContext } from './openLedger';
import { toSettlement } from './toSettlement';

/** Those of the ids that are known, in no particular order. */
export async function findMany(
  { db }: LedgerContext,
  settlementIds: readonly string[],
): Promise<readonly LedgerSettlement[]> {
  // No text of Postgres holds a NUL; no id of ours either.
  const askable = settlementIds.filter((id) => !id.includes('\0'));
  if (askable.length === 0) return [];
  const rows = await askLedger('settlements cannot be read', () =>
    db.selectFrom('ledger.settlements').selectAll().where('settlement_id', 'in', askable).execute(),
  );
  return rows.map(toSettlement);
}

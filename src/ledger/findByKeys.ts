import { askLedger } from './askLedger';
import type { LedgerSettlement } from './ledger';
import type { LedgerContext } from './openLedger';
import { toSettlement } from './toSettlement';

/** Settlements by their keys in the gateways' slots; a key that the ledger does not know is not in the answer. */
export async function findByKeys(
  { db }: LedgerContext,
  settlementKeys: readonly `0x${string}`[],
): Promise<ReadonlyMap<string, LedgerSettlement>> {
  if (settlementKeys.length === 0) return new Map();
  const rows = await askLedger('settlements cannot be read', () =>
    db.selectFrom('ledger.settlements').selectAll().where('settlement_key', 'in', settlementKeys).execute(),
  );
  return new Map(rows.map((row) => [row.settlement_key, toSettlement(row)]));
}

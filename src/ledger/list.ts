import type { SettlementStatus } from '../domain/status';
import { askLedger } from './askLedger';
import type { LedgerSettlement } from './ledger';
import type { LedgerContext } from './openLedger';
import { toSettlement } from './toSettlement';

export interface ListRequest {
  readonly limit: number;
  /** The settlement id that the last page ended with. */
  readonly after?: string;
  readonly status?: SettlementStatus | readonly SettlementStatus[];
}

/** Newest first. A page ends where the next begins, whatever enters meanwhile; an unknown `after` has nothing behind it. */
export async function list(
  { db }: LedgerContext,
  { limit, after, status }: ListRequest,
): Promise<readonly LedgerSettlement[]> {
  let query = db.selectFrom('ledger.settlements').selectAll().orderBy('position', 'desc').limit(limit);
  if (after !== undefined) {
    query = query.where('position', '<', (eb) =>
      eb.selectFrom('ledger.settlements').select('position').where('settlement_id', '=', after),
    );
  }
  if (status !== undefined) query = query.where('status', 'in', typeof status === 'string' ? [status] : status);
  const rows = await askLedger('settlements cannot be listed', () => query.execute());
  return rows.map(toSettlement);
}

import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** A route by the names of its chains. */
export interface Route {
  readonly sourceChain: string;
  readonly destinationChain: string;
}

export interface RoutePause extends Route {
  readonly reason: string;
  readonly pausedBy: string;
  /** ISO 8601, by the database's clock. */
  readonly pausedAt: string;
}

export async function routePauses({ db }: LedgerContext): Promise<readonly RoutePause[]> {
  const rows = await askLedger('paused routes cannot be read', () =>
    db.selectFrom('ledger.paused_routes').selectAll().orderBy('paused_at').execute(),
  );
  return rows.map((row) => ({
    sourceChain: row.source_chain,
    destinationChain: row.destination_chain,
    reason: row.reason,
    pausedBy: row.paused_by,
    pausedAt: row.paused_at.toISOString(),
  }));
}

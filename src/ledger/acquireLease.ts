import { sql, type RawBuilder } from 'kysely';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';
import type { LeaseRow } from './tables';

export interface Lease {
  readonly key: string;
  readonly holder: string;
  /** Only grows, over all holders, releases and epochs. */
  readonly fence: number;
  /** By the database's clock: to be compared with no other. */
  readonly expiresAt: string;
}

/**
 * The lease, or null while somebody else holds it. The same holder again keeps its fence and gets the time anew.
 * @throws TransientError LEDGER_UNAVAILABLE
 */
export function acquireLease(
  context: LedgerContext,
  key: string,
  holder: string,
  ttlMs: number,
): Promise<Lease | null> {
  return askLease(context, `lease ${key}`, sql`ledger.acquire_lease(${key}, ${holder}, ${ttlMs})`);
}

export async function askLease({ db }: LedgerContext, what: string, call: RawBuilder<unknown>): Promise<Lease | null> {
  const { rows } = await askLedger(what, () => sql<LeaseRow>`select * from ${call}`.execute(db));
  const [row] = rows;
  if (!row) return null;
  return {
    key: row.key,
    holder: row.holder ?? '',
    fence: Number(row.fence),
    expiresAt: row.expires_at.toISOString(),
  };
}

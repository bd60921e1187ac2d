import { sql } from 'kysely';
import { askLease, type Lease } from './acquireLease';
import type { LedgerContext } from './openLedger';

/** The lease with its time anew, or null when it was lost: an expired one is not extended, it must be acquired again. */
export function extendLease(context: LedgerContext, lease: Lease, ttlMs: number): Promise<Lease | null> {
  const { key, holder, fence } = lease;
  return askLease(context, `lease ${key}`, sql`ledger.extend_lease(${key}, ${holder}, ${fence}, ${ttlMs})`);
}

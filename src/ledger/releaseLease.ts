import { sql } from 'kysely';
import { askLease, type Lease } from './acquireLease';
import type { LedgerContext } from './openLedger';

/** Whether it was still this holder's to release. */
export async function releaseLease(context: LedgerContext, lease: Lease): Promise<boolean> {
  const { key, holder, fence } = lease;
  const released = await askLease(context, `lease ${key}`, sql`ledger.release_lease(${key}, ${holder}, ${fence})`);
  return released !== null;
}

import { sql } from 'kysely';
import type { JournaledTransaction } from './ledger';
import type { LedgerContext } from './openLedger';
import { readTransactions } from './readTransactions';
import type { LaneKey } from './transactions';

/** What a lane has journaled and is not final yet, by nonce and replacement: what a new owner settles first. */
export function openTransactions(
  context: LedgerContext,
  { chainId, signer }: LaneKey,
): Promise<readonly JournaledTransaction[]> {
  return readTransactions(
    context,
    sql`t.chain_id = ${chainId} and t.signer = ${signer.toLowerCase()} and t.final_at is null`,
  );
}

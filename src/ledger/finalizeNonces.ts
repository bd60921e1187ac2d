import { sql } from 'kysely';
import { askLedger } from './askLedger';
import type { LaneLease } from './ledger';
import type { LedgerContext } from './openLedger';
import { laneKeyOf } from './transactions';

/**
 * Every nonce of the lane below this one is used in a final block. Returns how many transactions that closed.
 * @throws TransientError LEASE_LOST, LEDGER_UNAVAILABLE
 */
export async function finalizeNonces({ db }: LedgerContext, lane: LaneLease, belowNonce: number): Promise<number> {
  const { chainId, signer, holder, fence } = lane;
  const query = sql<{ readonly count: number }>`select ledger.finalize_nonces(
    ${laneKeyOf(lane)}, ${holder}, ${fence}, ${chainId}, ${signer.toLowerCase()}, ${belowNonce}) as count`;
  const { rows } = await askLedger(`chain ${chainId}: nonces were not closed`, () => query.execute(db));
  return rows[0]?.count ?? 0;
}

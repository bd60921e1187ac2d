import { sql } from 'kysely';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';
import type { ChainKey } from './retireKeys';

/** The used nonces of a key that no journaled transaction has, from where it was reconciled (or journaled first) to below one. */
export async function missingNonces(
  { db }: LedgerContext,
  { chainId, signer }: ChainKey,
  belowNonce: number,
): Promise<readonly number[]> {
  const key = signer.toLowerCase();
  const query = sql<{ readonly nonce: string }>`
    select n::text as nonce from generate_series(coalesce(
      (select next_nonce from ledger.reconciled_nonces where chain_id = ${chainId} and signer = ${key}),
      (select min(nonce) from ledger.transactions where chain_id = ${chainId} and signer = ${key})), ${belowNonce}::bigint - 1) as n
    where not exists (
      select 1 from ledger.transactions t where t.chain_id = ${chainId} and t.signer = ${key} and t.nonce = n)
    order by n`;
  const { rows } = await askLedger('its nonces cannot be reconciled', () => query.execute(db));
  return rows.map(({ nonce }) => Number(nonce));
}

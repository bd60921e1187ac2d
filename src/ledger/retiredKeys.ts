import { sql } from 'kysely';
import { getAddress } from 'viem';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';
import type { ChainKey } from './retireKeys';

/** The keys of earlier epochs; null while those of before this epoch are not listed. */
export async function retiredKeys({ db }: LedgerContext): Promise<readonly ChainKey[] | null> {
  const query = sql<{ readonly chain_id: string | null; readonly signer: string | null }>`
    select k.chain_id, k.signer from ledger.ledger l left join ledger.retired_keys k on true
    where l.keys_epoch = l.epoch order by k.chain_id, k.signer`;
  const { rows } = await askLedger('its keys cannot be read', () => query.execute(db));
  if (rows.length === 0) return null;
  return rows.flatMap(({ chain_id, signer }) =>
    signer === null ? [] : [{ chainId: Number(chain_id), signer: getAddress(signer) }],
  );
}

import { sql } from 'kysely';
import { getAddress } from 'viem';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** A key that the journal knows transactions of, on one chain. */
export interface JournalSigner {
  readonly chainId: number;
  readonly signer: `0x${string}`;
  readonly firstNonce: number;
  readonly lastNonce: number;
  /** How many nonces between the two the journal does not know. */
  readonly missingNonces: number;
}

interface Row {
  readonly chain_id: string;
  readonly signer: string;
  readonly first: string;
  readonly last: string;
  readonly known: number;
}

/** Every key that ever signed, as far as this journal knows, by chain and address. */
export async function journalSigners({ db }: LedgerContext): Promise<readonly JournalSigner[]> {
  const query = sql<Row>`
    select chain_id, signer, min(nonce) as first, max(nonce) as last, count(distinct nonce)::integer as known
    from ledger.transactions group by chain_id, signer order by chain_id, signer`;
  const { rows } = await askLedger('the journal cannot be read', () => query.execute(db));
  return rows.map(({ chain_id, signer, first, last, known }) => ({
    chainId: Number(chain_id),
    signer: getAddress(signer),
    firstNonce: Number(first),
    lastNonce: Number(last),
    missingNonces: Number(last) - Number(first) + 1 - known,
  }));
}

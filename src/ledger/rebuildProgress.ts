import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** The block that a rebuild has to read next on a chain; undefined: it has read none of it. */
export async function rebuildProgress({ db }: LedgerContext, chainId: number): Promise<bigint | undefined> {
  const row = await askLedger('how far the rebuild came cannot be read', () =>
    db.selectFrom('ledger.rebuild_blocks').select('next_block').where('chain_id', '=', `${chainId}`).executeTakeFirst(),
  );
  return row && BigInt(row.next_block);
}

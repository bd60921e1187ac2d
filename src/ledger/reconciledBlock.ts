import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** How far a chain was reconciled. */
export interface ReconciledBlock {
  readonly nextBlock: bigint;
  /** Of the block before it, which was final then. */
  readonly lastHash: `0x${string}`;
  /** What the supply of each token must be there, in base units; a token that was never counted is not in it. */
  readonly supplies: ReadonlyMap<string, bigint>;
}

/** Null: nothing of this chain was looked at yet. */
export async function reconciledBlock({ db }: LedgerContext, chainId: number): Promise<ReconciledBlock | null> {
  const row = await askLedger('the reconciliation cannot be read', () =>
    db.selectFrom('ledger.reconciled_blocks').selectAll().where('chain_id', '=', String(chainId)).executeTakeFirst(),
  );
  if (!row) return null;
  const supplies = new Map(Object.entries(row.supplies).map(([token, supply]) => [token, BigInt(supply)]));
  return { nextBlock: BigInt(row.next_block), lastHash: row.last_hash as `0x${string}`, supplies };
}

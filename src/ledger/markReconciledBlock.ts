import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';
import type { ReconciledBlock } from './reconciledBlock';

export async function markReconciledBlock(
  { db }: LedgerContext,
  chainId: number,
  { nextBlock, lastHash, supplies }: ReconciledBlock,
): Promise<void> {
  const counted = Object.fromEntries([...supplies].map(([token, supply]) => [token, String(supply)]));
  const row = { chain_id: String(chainId), next_block: String(nextBlock), last_hash: lastHash, supplies: counted };
  await askLedger('the reconciliation cannot be noted', () =>
    db
      .insertInto('ledger.reconciled_blocks')
      .values(row)
      .onConflict((conflict) => conflict.column('chain_id').doUpdateSet(row))
      .execute(),
  );
}

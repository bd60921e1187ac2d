import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';
import type { ChainKey } from './retireKeys';

export async function markReconciledNonces(
  { db }: LedgerContext,
  { chainId, signer }: ChainKey,
  nextNonce: number,
): Promise<void> {
  const row = { chain_id: String(chainId), signer: signer.toLowerCase(), next_nonce: String(nextNonce) };
  await askLedger('the reconciliation cannot be noted', () =>
    db
      .insertInto('ledger.reconciled_nonces')
      .values(row)
      .onConflict((conflict) => conflict.columns(['chain_id', 'signer']).doUpdateSet(row))
      .execute(),
  );
}

import { lookAtRows } from './lookAtRows';
import { pinChains, type RecoveryContext } from './recoveryContext';

/** A settlement that is under way may have moved between the row and the slots: the row anew, then blocks anew. */
export async function lookAgain({ ledger, chains }: RecoveryContext, settlementId: string): Promise<string | null> {
  const row = await ledger.find(settlementId);
  if (!row) return 'its row is gone';
  const [look] = await lookAtRows(await pinChains(chains), [row]);
  return look?.what ?? null;
}

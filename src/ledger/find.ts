import { findMany } from './findMany';
import type { LedgerSettlement } from './ledger';
import type { LedgerContext } from './openLedger';

export async function find(context: LedgerContext, settlementId: string): Promise<LedgerSettlement | undefined> {
  const [found] = await findMany(context, [settlementId]);
  return found;
}

import { PermanentError } from '../domain/errors';
import type { LedgerSettlement } from '../ledger/ledger';
import type { ClientContext } from './context';

/**
 * What the ledger keeps of a settlement whose run Temporal has forgotten (its retention removes closed runs).
 * @throws PermanentError NOT_FOUND when the ledger does not know it either, or this client has none
 */
export async function readForgotten({ ledger }: ClientContext, settlementId: string): Promise<LedgerSettlement> {
  const row = await ledger?.find(settlementId);
  if (row) return row;
  throw new PermanentError('NOT_FOUND', `no settlement ${settlementId} is known`);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof PermanentError && error.code === 'NOT_FOUND';
}

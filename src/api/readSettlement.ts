import { withChainNames } from '../client/context';
import { getSettlement } from '../client/getSettlement';
import { PermanentError } from '../domain/errors';
import type { SettlementRecord } from '../domain/record';
import { recordAtStart } from '../domain/recordAtStart';
import type { ApiContext } from './apiContext';
import { unknownSettlement } from './ownSettlementId';

/**
 * How a settlement stands: the ledger's row, or what it accepted in bulk and has not begun. Only what it knows nothing of is asked of
 * Temporal: it was accepted and has not entered yet, or was refused before it could.
 * @throws PermanentError NOT_FOUND
 */
export async function readSettlement(
  { ledger, client }: Pick<ApiContext, 'ledger' | 'client'>,
  settlementId: string,
): Promise<SettlementRecord> {
  const row = await ledger.find(settlementId);
  if (row) return row.record;
  const claim = await ledger.findClaim(settlementId);
  if (claim) return withChainNames(client.config, recordAtStart(claim.order, claim.claimedAt));
  try {
    return await getSettlement(client, settlementId, { askWorker: false });
  } catch (error) {
    // A raw start of what is no order left a run and no settlement.
    if (error instanceof PermanentError) throw unknownSettlement(settlementId);
    throw error;
  }
}

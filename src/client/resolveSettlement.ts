import { PermanentError } from '../domain/errors';
import { resolveUpdate, type Resolution } from '../domain/messages';
import type { SettlementRecord } from '../domain/record';
import type { ClientContext } from './context';
import { getSettlement } from './getSettlement';
import { sendUpdate } from './sendUpdate';

/**
 * An operator's word on a settlement that cannot go on alone; who said it and on what evidence stays in its history.
 * @throws PermanentError NOT_RESOLVABLE, BAD_REQUEST, NOT_FOUND
 */
export async function resolveSettlement(
  context: ClientContext,
  settlementId: string,
  resolution: Resolution,
): Promise<SettlementRecord> {
  try {
    await sendUpdate(context, settlementId, resolveUpdate, [resolution]);
  } catch (error) {
    if (!(error instanceof PermanentError) || error.code !== 'NOT_FOUND') throw error;
    const { status } = await getSettlement(context, settlementId);
    throw new PermanentError('NOT_RESOLVABLE', `${settlementId}: it is ${status} and closed`, { cause: error });
  }
  return getSettlement(context, settlementId);
}

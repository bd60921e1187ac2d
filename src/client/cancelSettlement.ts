import { PermanentError } from '../domain/errors';
import { cancelUpdate } from '../domain/messages';
import type { SettlementRecord } from '../domain/record';
import type { ClientContext } from './context';
import { getSettlement } from './getSettlement';
import { sendUpdate } from './sendUpdate';

/**
 * Asks for a settlement not to happen. Before the burn is broadcast it ends clean; later the holder gets the tokens back,
 * unless the mint was quicker: the slot decides.
 * @throws PermanentError NOT_CANCELLABLE, NOT_FOUND
 */
export async function cancelSettlement(context: ClientContext, settlementId: string): Promise<SettlementRecord> {
  try {
    await sendUpdate(context, settlementId, cancelUpdate, []);
  } catch (error) {
    if (!(error instanceof PermanentError) || error.code !== 'NOT_FOUND') throw error;
    const { status } = await getSettlement(context, settlementId); // NOT_FOUND again if there is none at all
    throw new PermanentError('NOT_CANCELLABLE', `${settlementId}: it is ${status}`, { cause: error });
  }
  return getSettlement(context, settlementId);
}

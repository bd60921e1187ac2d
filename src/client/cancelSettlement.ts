import { batchOfRun } from '../domain/batch';
import { PermanentError } from '../domain/errors';
import { cancelUpdate } from '../domain/messages';
import { parseOrder } from '../domain/parseOrder';
import { parseSignature } from '../domain/parseSignature';
import type { SettlementRecord } from '../domain/record';
import { isTerminal } from '../domain/status';
import type { ClientContext } from './context';
import { getSettlement } from './getSettlement';
import { openRun, type RunOrder } from './openRun';
import { isNotFound } from './readForgotten';
import { sendUpdate } from './sendUpdate';

/**
 * Asks for a settlement not to happen. Before the burn is broadcast it ends clean; later the holder gets the tokens back,
 * unless the mint was quicker: the slot decides. One that its batch drives gets a run of its own for it, which takes it over.
 * @throws PermanentError NOT_CANCELLABLE, NOT_FOUND
 */
export async function cancelSettlement(context: ClientContext, settlementId: string): Promise<SettlementRecord> {
  const cancel = () => sendUpdate(context, settlementId, cancelUpdate, []);
  try {
    await cancel();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const driven = await findInBatch(context, settlementId);
    if (!driven) {
      const { status } = await getSettlement(context, settlementId); // NOT_FOUND again if there is none at all
      throw new PermanentError('NOT_CANCELLABLE', `${settlementId}: it is ${status}`, { cause: error });
    }
    await openRun(context, { ...driven, request: { kind: 'start' } }, { adopt: true });
    await cancel();
  }
  return getSettlement(context, settlementId);
}

/** The order of a settlement that a batch drives, or has accepted and not begun. */
async function findInBatch({ ledger }: ClientContext, settlementId: string): Promise<Omit<RunOrder, 'request'> | null> {
  const row = await ledger?.find(settlementId);
  if (row) {
    const { order, fingerprint } = row;
    const isDriven = batchOfRun(row.owner.runId) !== null && !isTerminal(row.record.status);
    return isDriven ? { order, signature: parseSignature(row.signature), fingerprint } : null;
  }
  const claim = await ledger?.findClaim(settlementId);
  if (!claim) return null;
  return { order: parseOrder(claim.order), signature: claim.signature, fingerprint: claim.fingerprint };
}

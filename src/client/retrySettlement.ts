import { readFinalSlot } from '../chains/readFinalSlot';
import { PermanentError, TransientError } from '../domain/errors';
import { identityOf } from '../domain/fingerprint';
import { retryRequestMemo, retryUpdate } from '../domain/messages';
import { parseOrder } from '../domain/parseOrder';
import type { SettlementRecord } from '../domain/record';
import { askTemporal } from './askTemporal';
import { chainsOf, type ClientContext } from './context';
import { getSettlement } from './getSettlement';
import { isNotFound, readForgotten } from './readForgotten';
import { readOrder } from './readOrder';
import { sendUpdate } from './sendUpdate';
import { openRun } from './openRun';

/** The run can end between the question and the deed, and another caller can be quicker; more turns than this mean a bug. */
const mostTurns = 5;

/**
 * Tries a settlement again: an open run that compensates is told to go forward; after a failed run the next one of the same
 * order is started. Never burns a standing burn again.
 * @param requestId the caller's own id of this request; with it a repeat is the same request
 * @throws PermanentError NOT_RETRYABLE, EXPIRED, NOT_FOUND
 */
export async function retrySettlement(
  context: ClientContext,
  settlementId: string,
  requestId?: string,
): Promise<SettlementRecord> {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const description = await describeOrNull(context, settlementId);
    if (requestId !== undefined && description?.memo?.[retryRequestMemo] === requestId) {
      return getSettlement(context, settlementId); // done already, by this very request
    }
    if (description?.status.name === 'RUNNING') {
      try {
        await sendUpdate(context, settlementId, retryUpdate, [], requestId);
        return await getSettlement(context, settlementId);
      } catch (error) {
        if (error instanceof PermanentError && error.code === 'NOT_FOUND') continue; // it ended meanwhile
        throw error;
      }
    }
    const status = description ? description.status.name : (await readForgotten(context, settlementId)).record.status;
    if (status === 'COMPLETED') {
      throw new PermanentError('NOT_RETRYABLE', `${settlementId} is COMPLETED`);
    }
    const started = await startNextRun(context, settlementId, requestId);
    if (started) return started;
  }
  throw new TransientError('TEMPORAL_UNAVAILABLE', `${settlementId} kept changing while it was to be retried`);
}

/** The next run of the same order, or null when somebody else started one first. */
async function startNextRun(
  context: ClientContext,
  settlementId: string,
  requestId?: string,
): Promise<SettlementRecord | null> {
  const input = await readOrder(context, settlementId);
  if (!input) return null;
  const order = parseOrder(input.order);
  const { source } = chainsOf(context, order);
  const identity = identityOf(order, source.config.gateway);
  const { block, slot } = await readFinalSlot(source, identity);
  // A burn that stands has to be seen to its end, however late: a run that was cut off left it.
  if (slot.state !== 'Burned' && block.timestamp >= order.validBefore) {
    throw new PermanentError('EXPIRED', `the order of ${settlementId} ran out at ${order.validBefore}`);
  }
  const { fingerprint } = identity;
  const { record, created } = await openRun(
    context,
    { order, signature: input.signature, fingerprint, request: { kind: 'retry' } },
    requestId === undefined ? {} : { requestId },
  );
  return created ? record : null;
}

/** Null when Temporal does not know the settlement (any more). */
async function describeOrNull(context: ClientContext, settlementId: string) {
  try {
    return await askTemporal(() => context.client.workflow.getHandle(settlementId).describe());
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

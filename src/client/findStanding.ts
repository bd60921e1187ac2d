import type { Hex } from 'viem';
import { PermanentError } from '../domain/errors';
import type { Started } from './startSettlement';
import { askTemporal } from './askTemporal';
import type { ClientContext } from './context';
import { getSettlement } from './getSettlement';
import { readFingerprint } from './readFingerprint';

/**
 * The settlement that stands under an id, if it is this order's; null when the id is free.
 * @throws PermanentError IDEMPOTENCY_CONFLICT
 */
export async function findStanding(
  context: ClientContext,
  settlementId: string,
  fingerprint: Hex,
): Promise<Started | null> {
  const handle = context.client.workflow.getHandle(settlementId);
  try {
    const { runId } = await askTemporal(() => handle.describe());
    if ((await readFingerprint(context, handle)) !== fingerprint) {
      throw new PermanentError('IDEMPOTENCY_CONFLICT', `another order stands under id ${settlementId}`);
    }
    return { record: await getSettlement(context, settlementId), created: false, runId };
  } catch (error) {
    if (error instanceof PermanentError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

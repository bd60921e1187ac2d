import type { Hex } from 'viem';
import { PermanentError } from '../domain/errors';
import type { Started } from './openRun';
import { askTemporal } from './askTemporal';
import { withChainNames, type ClientContext } from './context';
import { readFingerprint } from './readFingerprint';
import { isNotFound } from './readForgotten';
import { readRecord } from './readRecord';

/**
 * The settlement that stands under an id, if it is this order's: Temporal's, or the ledger's once Temporal forgot it; null when
 * the id is free.
 * @throws PermanentError IDEMPOTENCY_CONFLICT
 */
export async function findStanding(
  context: ClientContext,
  settlementId: string,
  fingerprint: Hex,
): Promise<Started | null> {
  const handle = context.client.workflow.getHandle(settlementId);
  try {
    const description = await askTemporal(() => handle.describe());
    if ((await readFingerprint(context, handle, description.memo)) !== fingerprint) throw conflict(settlementId);
    const record = withChainNames(context.config, await readRecord(context, handle, description));
    return { record, created: false, runId: description.runId };
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const [row, claim] = await Promise.all([context.ledger?.find(settlementId), context.ledger?.findClaim(settlementId)]);
  if (!row && claim && claim.fingerprint !== fingerprint.toLowerCase()) throw conflict(settlementId);
  if (!row) return null;
  if (row.fingerprint !== fingerprint) throw conflict(settlementId);
  // What did not end is no answer yet: a run of its own takes it up where it stands.
  const ended = row.record.status === 'COMPLETED' || row.record.status === 'FAILED';
  return ended ? { record: row.record, created: false, runId: row.owner.runId } : null;
}

export function conflict(settlementId: string): PermanentError {
  return new PermanentError('IDEMPOTENCY_CONFLICT', `another order stands under id ${settlementId}`);
}

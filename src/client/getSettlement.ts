import type { SettlementRecord } from '../domain/record';
import { recordAtStart } from '../domain/recordAtStart';
import { askTemporal } from './askTemporal';
import { withChainNames, type ClientContext } from './context';
import { isNotFound, readForgotten } from './readForgotten';
import { readRecord, type ReadOptions } from './readRecord';

/**
 * The record of a settlement: from the run's own end if it has ended, from its worker while it runs, and from what the server
 * keeps (order and last published status) when no worker answers; from the ledger once the server has forgotten the run, or when the
 * settlement's batch has not begun it.
 * @throws PermanentError NOT_FOUND
 * @throws TransientError TEMPORAL_UNAVAILABLE
 */
export async function getSettlement(
  context: ClientContext,
  settlementId: string,
  options: ReadOptions = {},
): Promise<SettlementRecord> {
  const handle = context.client.workflow.getHandle(settlementId);
  let record: SettlementRecord;
  try {
    const description = await askTemporal(() => handle.describe());
    record = await readRecord(context, handle, description, options);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    record = await readWithoutRun(context, settlementId);
  }
  return withChainNames(context.config, record);
}

async function readWithoutRun(context: ClientContext, settlementId: string): Promise<SettlementRecord> {
  try {
    return (await readForgotten(context, settlementId)).record;
  } catch (error) {
    const claim = isNotFound(error) ? await context.ledger?.findClaim(settlementId) : null;
    if (!claim) throw error;
    return recordAtStart(claim.order, claim.claimedAt);
  }
}

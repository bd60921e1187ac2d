import type { SettlementRecord } from '../domain/record';
import { askTemporal } from './askTemporal';
import { withChainNames, type ClientContext } from './context';
import { isNotFound, readForgotten } from './readForgotten';
import { readRecord, type ReadOptions } from './readRecord';

/**
 * The record of a settlement: from the run's own end if it has ended, from its worker while it runs, and from what the server
 * keeps (order and last published status) when no worker answers; from the ledger once the server has forgotten the run.
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
    ({ record } = await readForgotten(context, settlementId));
  }
  return withChainNames(context.config, record);
}

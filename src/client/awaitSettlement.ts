import { WorkflowFailedError } from '@temporalio/client';
import type { SettlementRecord } from '../domain/record';
import { askTemporal } from './askTemporal';
import { withChainNames, type ClientContext } from './context';
import { getSettlement } from './getSettlement';
import { isNotFound } from './readForgotten';

/** Waits until the settlement's run ends, in whichever way, and returns its record. A FAILED settlement is an answer, not an error. */
export async function awaitSettlement(context: ClientContext, settlementId: string): Promise<SettlementRecord> {
  try {
    const handle = context.client.workflow.getHandle(settlementId);
    const record = await askTemporal(() => handle.result() as Promise<SettlementRecord>);
    return withChainNames(context.config, record);
  } catch (error) {
    // A failure's record is in its own details; a run that Temporal forgot has ended, and the ledger has its record.
    if (!(error instanceof WorkflowFailedError) && !isNotFound(error)) throw error;
  }
  return getSettlement(context, settlementId);
}

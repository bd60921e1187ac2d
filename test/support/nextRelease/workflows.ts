import { sleep } from '@temporalio/workflow';
import { settlementWorkflow as current } from '../../../src/workflows/settlementWorkflow';

/** What no release may do without a patch: another command before the first one. Histories of the one do not replay on the other. */
export async function settlementWorkflow(...args: Parameters<typeof current>): ReturnType<typeof current> {
  await sleep(1);
  return current(...args);
}

export { batchSettlementWorkflow } from '../../../src/workflows/batchSettlementWorkflow';
export { reconciliationWorkflow } from '../../../src/workflows/reconciliationWorkflow';
export { webhookWorkflow } from '../../../src/workflows/webhookWorkflow';

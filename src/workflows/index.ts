export { settlementWorkflow } from './settlementWorkflow';
export { batchSettlementWorkflow } from './batchSettlementWorkflow';
export { reconciliationWorkflow } from './reconciliationWorkflow';
export { webhookWorkflow } from './webhookWorkflow';

export { settlementWorkflow } from './settlementWorkflow';
export { reconciliationWorkflow } from './reconciliationWorkflow';

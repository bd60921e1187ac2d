export { settlementWorkflow } from './settlementWorkflow';

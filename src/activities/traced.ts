import { Context } from '@temporalio/activity';
import { inSpan } from '../tracing/inSpan';
import { settlementContext } from '../tracing/settlementTrace';

/** Runs a step within a span of its settlement's trace. A raw start may have brought anything: what names no settlement has none. */
export function traced<T>(request: unknown, step: () => Promise<T>): Promise<T> {
  const settlementId = (request as Request | null | undefined)?.order?.settlementId;
  if (typeof settlementId !== 'string') return step();
  const { activityType, attempt, workflowExecution } = Context.current().info;
  const attributes = {
    'settlement.id': settlementId,
    'temporal.run_id': workflowExecution?.runId,
    'temporal.activity_execution': attempt,
  };
  return inSpan(`step ${activityType}`, attributes, step, settlementContext(settlementId));
}

interface Request {
  readonly order?: { readonly settlementId?: unknown } | null;
}

import { Context } from '@temporalio/activity';
import { SettlementError } from '../domain/errors';
import type { AttemptRequest } from '../domain/steps';
import { parseOrder } from '../domain/parseOrder';
import { failpoint } from '../failpoint';
import { desksOf, type Dependencies } from './dependencies';

/** Whether an operator is called because of an error of a step. */
export type IsCalled = (error: SettlementError, deps: Dependencies, request: AttemptRequest) => boolean;

/**
 * Does a step and, where its run will call an operator because of how it went, has the ledger say so first: for good refused, or
 * an undo that was tried for longer than its chain's undoAlarmMs. What the ledger does not take is tried again with the step.
 */
export async function tellingOperator<T>(
  deps: Dependencies,
  request: AttemptRequest,
  isCalled: IsCalled,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof SettlementError && isCalled(error, deps, request)) await tell(deps, request, error);
    throw error;
  }
}

export const isBurnVanished: IsCalled = ({ code }) => code === 'BURN_VANISHED';

/** Refused for good. */
export const isFinal: IsCalled = ({ retryable }) => !retryable;

/** Refused for good, or unknown for too long. */
export const isUndoStuck: IsCalled = ({ retryable }, deps, request) => {
  if (!retryable) return true;
  const { source } = desksOf(deps, parseOrder(request.order));
  return Date.now() - Context.current().info.scheduledTimestampMs >= source.chain.config.undoAlarmMs;
};

async function tell(deps: Dependencies, { order, attempt }: AttemptRequest, error: SettlementError): Promise<void> {
  const row = await deps.ledger.find(order.settlementId);
  if (row?.owner.runId !== Context.current().info.workflowExecution?.runId || row?.record.attempt !== attempt) return;
  const { status, needsOperator, errorCode } = row.record;
  // Once for each reason: it may be tried for weeks, and every change of a row is an event.
  if (status === 'FAILED' || (needsOperator && errorCode === error.code)) return;
  const facts = { needsOperator: true, errorCode: error.code, errorMessage: error.message };
  await deps.ledger.advance({ owner: row.owner, attempt, to: status, facts });
  failpoint('operator-told');
}

import { ApplicationFailure } from '@temporalio/common';
import { SettlementError, TransientError } from '../domain/errors';

/**
 * Tells Temporal what our errors say by class: a permanent one ends the activity, a transient one is tried again, and the
 * code is the failure's type. Anything else is a bug; it too is tried again, because an unknown outcome is never a failure.
 */
export async function toFailure<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof SettlementError)) throw error;
    throw ApplicationFailure.create({
      type: error.code,
      message: error.message,
      nonRetryable: !error.retryable,
      details: [{ nextStep: error.nextStep }],
      nextRetryDelay: error instanceof TransientError ? error.options.retryAfterMs : undefined,
      // The cause stays in the worker's log: node answers can hold what does not belong in a history.
    });
  }
}

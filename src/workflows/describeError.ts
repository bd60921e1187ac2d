import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import { isErrorCode, type ErrorCode } from '../domain/errorCodes';

/** What went wrong, in the product's codes, from whatever Temporal wrapped it in. */
export function describeError(error: unknown): { code: ErrorCode; message: string } {
  const cause = error instanceof ActivityFailure && error.cause ? error.cause : error;
  // Where no time is left for a next try the server hands over the last failure instead of a timeout: still the window's end.
  const outOfTime = error instanceof ActivityFailure && error.retryState === 'TIMEOUT';
  if (cause instanceof ApplicationFailure && !outOfTime && isErrorCode(cause.type))
    return { code: cause.type, message: cause.message };
  if (cause instanceof CancelledFailure || isCancellation(error))
    return { code: 'CANCELLED', message: 'cancelled on request' };
  if (cause instanceof TimeoutFailure || outOfTime) {
    // The SDK does not carry the last failure over into `cause.cause`.
    const lastMessage = cause instanceof TimeoutFailure ? cause.failure?.cause?.message : messageOf(cause);
    const last = lastMessage ? ` (last: ${lastMessage})` : '';
    return { code: 'MINT_WINDOW_OVER', message: `the mint did not become final within its window${last}` };
  }
  return { code: 'INTERNAL', message: messageOf(cause) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function hasCode(error: unknown, code: ErrorCode): boolean {
  return describeError(error).code === code;
}

/** The activity itself said no for good. A cancel, a timeout, or a try that could not tell are no answer. */
export function isDefinite(error: unknown): boolean {
  return (
    error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.nonRetryable === true
  );
}

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
  if (cause instanceof ApplicationFailure && isErrorCode(cause.type))
    return { code: cause.type, message: cause.message };
  if (cause instanceof CancelledFailure || isCancellation(error))
    return { code: 'CANCELLED', message: 'cancelled on request' };
  if (cause instanceof TimeoutFailure) {
    const last = cause.cause ? ` (last: ${cause.cause.message})` : '';
    return { code: 'MINT_WINDOW_OVER', message: `the mint did not become final within its window${last}` };
  }
  return { code: 'INTERNAL', message: cause instanceof Error ? cause.message : String(cause) };
}

export function hasCode(error: unknown, code: ErrorCode): boolean {
  return describeError(error).code === code;
}

import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { PermanentError, TransientError } from '../domain/errors';

/** gRPC's NOT_FOUND. */
const notFound = 5;

/**
 * Runs one call to Temporal. No answer is a TransientError: what was asked may or may not have happened, and every call of
 * this client is safe to repeat.
 * @throws TransientError TEMPORAL_UNAVAILABLE
 * @throws PermanentError NOT_FOUND
 */
export async function askTemporal<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      throw new PermanentError('NOT_FOUND', `no settlement ${error.workflowId} is known`, { cause: error });
    }
    const cause = error instanceof ServiceError ? error.cause : error;
    if (isGrpcServiceError(cause) && (cause.code as number) === notFound) {
      throw new PermanentError('NOT_FOUND', cause.details, { cause: error });
    }
    if (isUnanswered(error)) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new TransientError('TEMPORAL_UNAVAILABLE', `Temporal did not answer: ${why}`, { cause: error });
    }
    throw error;
  }
}

/** An update that got no answer in time is no ServiceError to the SDK. */
function isUnanswered(error: unknown): boolean {
  if (error instanceof ServiceError || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  return isGrpcServiceError(error) || isConnectFailure(error);
}

/** `Connection.connect` gives up with a plain Error. */
function isConnectFailure(error: unknown): error is Error {
  return error instanceof Error && /failed to connect/i.test(error.message);
}

import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { PermanentError, TransientError } from '../domain/errors';

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
    if (error instanceof ServiceError) {
      const why = error.cause instanceof Error ? error.cause.message : error.message;
      throw new TransientError('TEMPORAL_UNAVAILABLE', `Temporal did not answer: ${why}`, { cause: error });
    }
    throw error;
  }
}

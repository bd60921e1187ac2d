import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { isErrorCode } from '../domain/errorCodes';
import { PermanentError } from '../domain/errors';
import type { Resolution } from '../domain/messages';
import { askTemporal } from './askTemporal';
import type { ClientContext } from './context';

/**
 * Sends one Update to the running settlement and waits until it was taken or refused. The request id makes a repeat the same
 * update, not a second one.
 * @throws PermanentError with the validator's code; NOT_FOUND when no run is open
 */
export async function sendUpdate(
  context: ClientContext,
  settlementId: string,
  name: string,
  args: [] | [Resolution],
  requestId?: string,
): Promise<void> {
  const handle = context.client.workflow.getHandle(settlementId);
  const options = requestId === undefined ? {} : { updateId: requestId };
  try {
    await askTemporal(() =>
      args.length === 0 ? handle.executeUpdate(name, options) : handle.executeUpdate(name, { ...options, args }),
    );
  } catch (error) {
    const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
    if (cause instanceof ApplicationFailure && isErrorCode(cause.type)) {
      throw new PermanentError(cause.type, `${settlementId}: ${cause.message}`, { cause: error });
    }
    throw error;
  }
}

import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { PermanentError } from '../../domain/errors';
import { askTemporal } from '../askTemporal';
import type { ClientContext } from '../context';
import { isNotFound } from '../readForgotten';
import { deploymentOf } from './deploymentOf';

/** gRPC's FAILED_PRECONDITION: the server sees no worker of the build. */
const failedPrecondition = 9;

/**
 * New settlements go to this build: all of them, or `percent` of a hundred. Those that are under way stay with the build that began
 * them. Promoting an earlier build again is how a release is taken back.
 * @throws PermanentError RELEASE_NOT_READY while no worker of that build polls every queue that the current one does; ConfigError; TransientError TEMPORAL_UNAVAILABLE
 */
export async function promoteRelease(context: ClientContext, buildId: string, percent = 100): Promise<void> {
  const { workflowService } = context.client;
  // To the server the empty name is that of the workers without a version.
  if (buildId === '') throw notReady(buildId, 'it has no name');
  const wanted = { ...deploymentOf(context), buildId, identity: 'settle release promote' };
  try {
    if (percent === 100) await askTemporal(() => workflowService.setWorkerDeploymentCurrentVersion(wanted));
    else await askTemporal(() => workflowService.setWorkerDeploymentRampingVersion({ ...wanted, percentage: percent }));
  } catch (error) {
    const why = isNotFound(error) ? 'no worker of it has come' : refusalOf(error);
    if (why === null) throw error;
    throw notReady(buildId, why, error);
  }
}

function notReady(buildId: string, why: string, cause?: unknown): PermanentError {
  return new PermanentError('RELEASE_NOT_READY', `build '${buildId}' takes nothing yet: ${why}`, { cause });
}

/** What the server has against it; null: something else went wrong. */
function refusalOf(error: unknown): string | null {
  const inner = error instanceof Error ? error.cause : undefined;
  const cause = inner instanceof ServiceError ? inner.cause : inner;
  return isGrpcServiceError(cause) && (cause.code as number) === failedPrecondition ? cause.details : null;
}

import { temporal } from '@temporalio/proto';
import { PermanentError } from '../../domain/errors';
import { askTemporal } from '../askTemporal';
import type { ClientContext } from '../context';
import { isNotFound } from '../readForgotten';
import { deploymentOf } from './deploymentOf';
import { listReleases, openRunsOf } from './listReleases';

const behavior = temporal.api.workflow.v1.VersioningOverride.PinnedOverrideBehavior.PINNED_OVERRIDE_BEHAVIOR_PINNED;

/**
 * Hands what a build still drives over to the current one, so that its workers can be stopped. Only for a build whose histories the
 * current one replays: the replay gate says so of every recorded release.
 * @returns how many runs were handed over
 * @throws PermanentError RELEASE_NOT_READY when no other build is current, or nobody works for it; ConfigError; TransientError
 */
export async function retireRelease(context: ClientContext, buildId: string): Promise<number> {
  const { namespace, deploymentName } = deploymentOf(context);
  const { client } = context;
  const current = (await listReleases(context)).find(({ percent }) => (percent ?? 0) > 50);
  if (!current || current.buildId === buildId || current.workers === 0) {
    throw new PermanentError('RELEASE_NOT_READY', `no other build takes what ${buildId} has: promote one first`);
  }
  const version = { deploymentName, buildId: current.buildId };
  let count = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query: openRunsOf(deploymentName, buildId) })) {
    try {
      await askTemporal(() =>
        client.workflowService.updateWorkflowExecutionOptions({
          namespace,
          workflowExecution: { workflowId, runId },
          workflowExecutionOptions: { versioningOverride: { pinned: { behavior, version } } },
          updateMask: { paths: ['versioning_override'] },
          identity: 'settle release retire',
        }),
      );
      count += 1;
    } catch (error) {
      if (!isNotFound(error)) throw error; // it ended meanwhile
    }
  }
  return count;
}

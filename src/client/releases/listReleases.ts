import { temporal } from '@temporalio/proto';
import { askTemporal } from '../askTemporal';
import type { ClientContext } from '../context';
import { isNotFound } from '../readForgotten';
import { deploymentOf } from './deploymentOf';

/** One build of the workers. */
export interface Release {
  readonly buildId: string;
  /** Where new settlements go: all of them, or this many of a hundred; null: none. */
  readonly percent: number | null;
  /** Processes that asked for its work within the last minutes. */
  readonly workers: number;
  /** Runs that only its workers can drive. */
  readonly openRuns: number;
}

/** A poll lasts up to a minute; the server remembers it for five. */
const recentMs = 90_000;

/**
 * Every build that the server knows of, the newest first: who works for it, and what depends on it. Empty while no worker has come.
 * @throws ConfigError CONFIG_INVALID without a deployment; TransientError TEMPORAL_UNAVAILABLE
 */
export async function listReleases(context: Pick<ClientContext, 'client' | 'config'>): Promise<readonly Release[]> {
  const { namespace, deploymentName } = deploymentOf(context);
  const { workflowService } = context.client;
  const described = await askTemporal(() =>
    workflowService.describeWorkerDeployment({ namespace, deploymentName }),
  ).catch((error: unknown) => {
    if (isNotFound(error)) return null;
    throw error;
  });
  const info = described?.workerDeploymentInfo;
  const routing = info?.routingConfig;
  const current = routing?.currentDeploymentVersion?.buildId;
  const ramping = routing?.rampingDeploymentVersion?.buildId;
  const rampPercent = routing?.rampingVersionPercentage ?? 0;
  const percentOf = (buildId: string): number | null => {
    if (buildId === current) return ramping === undefined ? 100 : 100 - rampPercent;
    return buildId === ramping ? rampPercent : null;
  };
  const workers = await countWorkers(context);
  const builds = (info?.versionSummaries ?? [])
    .sort((a, b) => Number(b.createTime?.seconds ?? 0) - Number(a.createTime?.seconds ?? 0))
    .map(({ deploymentVersion }) => deploymentVersion?.buildId ?? '');
  return Promise.all(
    builds.map(async (buildId) => ({
      buildId,
      percent: percentOf(buildId),
      workers: workers.get(buildId) ?? 0,
      openRuns: (await askTemporal(() => context.client.workflow.count(openRunsOf(deploymentName, buildId)))).count,
    })),
  );
}

/** A visibility query. */
export function openRunsOf(deploymentName: string, buildId: string): string {
  return `TemporalWorkerDeploymentVersion = '${deploymentName}:${buildId}' AND ExecutionStatus = 'Running'`;
}

async function countWorkers({
  client,
  config,
}: Pick<ClientContext, 'client' | 'config'>): Promise<ReadonlyMap<string, number>> {
  const { pollers } = await askTemporal(() =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: config.temporal.taskQueue },
      taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    }),
  );
  const counts = new Map<string, number>();
  for (const { deploymentOptions, lastAccessTime } of pollers) {
    const buildId = deploymentOptions?.buildId;
    if (!buildId || Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1_000 > recentMs) continue;
    counts.set(buildId, (counts.get(buildId) ?? 0) + 1);
  }
  return counts;
}

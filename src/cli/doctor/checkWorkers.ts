import { temporal } from '@temporalio/proto';
import { askTemporal } from '../../client/askTemporal';
import { failure, ok, type Check, type Finding, type Patient } from './check';
import type { TemporalLink } from './createTemporalLink';

const { TaskQueueType } = temporal.api.enums.v1;
const kinds = [
  { type: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, name: 'workflows' },
  { type: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, name: 'activities' },
] as const;

/** Who polls the task queue. The server remembers a poller for five minutes. */
export function checkWorkers({ config }: Patient, link: TemporalLink): Check {
  const { taskQueue } = config.temporal;
  return {
    area: 'temporal',
    name: 'workers',
    async look() {
      const { workflowService, options } = await link.open();
      const look = async ({ type, name }: (typeof kinds)[number]): Promise<Finding> => {
        const { pollers } = await askTemporal(() =>
          workflowService.describeTaskQueue({
            namespace: options.namespace,
            taskQueue: { name: taskQueue },
            taskQueueType: type,
          }),
        );
        const who = pollers.map(({ identity, deploymentOptions, workerVersionCapabilities }) => {
          const build = deploymentOptions?.buildId || workerVersionCapabilities?.buildId;
          return `${identity ?? '(nameless)'}${build ? ` build ${(build.split('+').at(-1) ?? build).slice(0, 12)}` : ''}`;
        });
        if (who.length > 0) return ok(`workers, ${name}`, `${who.length} on ${taskQueue}: ${who.join(', ')}`);
        const todo = 'Start a worker (npm run worker), or correct temporal.taskQueue; nothing moves without one.';
        return failure('unreachable', `workers, ${name}`, `nobody polls ${taskQueue}`, todo);
      };
      return Promise.all(kinds.map(look));
    },
  };
}

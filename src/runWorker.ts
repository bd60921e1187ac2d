import { Client } from '@temporalio/client';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Config, Environment } from './config';
import { dataConverterOf } from './payloads/dataConverterOf';
import { temporalTarget } from './temporalTarget';

/** What tells one kind of worker process from another. Everything else is the same for all of them. */
export type WorkerWork = Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'activities'> & {
  readonly taskQueue: string;
  /** Null: it takes any run. Else those that its build began, and new ones once the build is promoted. */
  readonly version: WorkerDeploymentVersion | null;
  /** What the process does besides, with the same connection, as long as it polls. */
  readonly startBesides?: () => { close(): Promise<void> };
};

/**
 * Polls until the process is told to stop, and drains. The benchmark's floor runs through this function as well: connection
 * and options cannot drift apart, or the ratio it prints would compare two kinds of worker. The runtime is installed before.
 */
export async function runWorker(
  config: Config,
  env: Environment,
  log: Logger,
  workWith: (client: Client) => WorkerWork | Promise<WorkerWork>,
): Promise<void> {
  const { connectionOptions, namespace } = temporalTarget(config, env);
  const dataConverter = dataConverterOf(config);
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const { startBesides, version, ...work } = await workWith(new Client({ connection, namespace, dataConverter }));
    const worker = await Worker.create({
      connection,
      namespace,
      dataConverter,
      ...work,
      ...(version && {
        workerDeploymentOptions: { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' as const },
      }),
      // What waits for a chain gets this long to see its block before another worker takes over.
      shutdownGraceTime: '10s',
      maxHeartbeatThrottleInterval: '5s',
      defaultHeartbeatThrottleInterval: '5s',
    });
    log.info({ taskQueue: work.taskQueue, namespace, ...version }, 'worker ready');
    const besides = startBesides?.();
    try {
      await worker.run();
    } finally {
      await besides?.close();
    }
  } finally {
    await connection.close();
  }
}

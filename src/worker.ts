import { existsSync } from 'node:fs';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from './activities/createActivities';
import { bundlePath } from './bundleWorkflows';
import { loadConfig, readEnvironment } from './config';
import { createDependencies } from './createDependencies';
import { SettlementError } from './domain/errors';
import { errorCatalog } from './domain/errorCodes';
import { createLogger, temporalLogger } from './observability/createLogger';
import { temporalTarget } from './temporalTarget';

/** A worker: checks its configuration against the chains, then polls until it is told to stop, and drains. */
async function main(): Promise<void> {
  const env = readEnvironment();
  const log = createLogger(env.logLevel);
  const config = loadConfig(env.configPath);
  const dependencies = await createDependencies(config);

  Runtime.install({ logger: temporalLogger(log) });
  const { connectionOptions, namespace } = temporalTarget(config, env);
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue: config.temporal.taskQueue,
      // The bundle is built ahead; loading it here means that a workflow that cannot load keeps the worker from starting.
      ...(existsSync(bundlePath)
        ? { workflowBundle: { codePath: bundlePath } }
        : { workflowsPath: require.resolve('./workflows') }),
      activities: createActivities(dependencies),
      // What waits for a chain gets this long to see its block before another worker takes over.
      shutdownGraceTime: '10s',
      maxHeartbeatThrottleInterval: '5s',
      defaultHeartbeatThrottleInterval: '5s',
    });
    log.info({ taskQueue: config.temporal.taskQueue, namespace }, 'worker ready');
    await worker.run();
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  if (error instanceof SettlementError) {
    console.error(`${error.code}: ${error.message}\n${error.nextStep}`);
    process.exitCode = errorCatalog[error.code].exitCode;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
});

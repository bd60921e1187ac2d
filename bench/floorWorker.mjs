// The worker of the floor: the settlement worker's own process, runtime, connection and options, with nothing in it.
import { fileURLToPath } from 'node:url';
import { createLogger, installRuntime, loadConfig, readEnvironment, runWorker } from './project.mjs';
import { floorQueue } from './floorQueue.mjs';

const env = readEnvironment();
const config = loadConfig(env.configPath);
const log = createLogger(env.logLevel);
installRuntime(log, null);
await runWorker(config, env, log, () => ({
  taskQueue: floorQueue(config),
  workflowsPath: fileURLToPath(new URL('./floorWorkflow.mjs', import.meta.url)),
  activities: { first: async () => undefined, second: async () => undefined },
}));

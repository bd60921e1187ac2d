// The worker of the floor: the settlement worker's own process, runtime, connection and options, with nothing in it.
import { fileURLToPath } from 'node:url';
import { loadConfig, readEnvironment, runWorker } from './project.mjs';
import { floorQueue } from './floorQueue.mjs';

const env = readEnvironment();
const config = loadConfig(env.configPath);
await runWorker(config, env, () => ({
  taskQueue: floorQueue(config),
  workflowsPath: fileURLToPath(new URL('./floorWorkflow.mjs', import.meta.url)),
  activities: { first: async () => undefined, second: async () => undefined },
}));

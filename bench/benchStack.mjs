// A stack of the benchmark's own: started for it, thrown away after it, whatever happens in between.
import { Client, Connection } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { floorQueue } from './floorQueue.mjs';
import {
  createSettlementClient,
  createWorkFolder,
  describeExit,
  projectRoot,
  readEnvironment,
  stackPaths,
  startGuard,
  startLocalWorker,
  startStack,
  temporalTarget,
} from './project.mjs';

/** On the project's own disk and not in /tmp, which is memory on many machines: the server's flushes are part of the cost. */
const workParent = () => join(projectRoot(), 'node_modules', '.cache', 'settlement-bench');

/**
 * Starts a stack and the floor's worker, hands both to `use`, and removes every trace. Fails as soon as one of the
 * processes does: figures of a stack that lost a worker are no figures.
 *
 * @param {{ say: (line: string) => void, signal: AbortSignal, workers: number, nodeArgs?: (folder: string) => string[] }} options
 * @param {(bench: Bench) => Promise<T>} use
 * @template T
 * @typedef {Awaited<ReturnType<typeof open>>} Bench
 */
export async function withBenchStack(options, use) {
  const { say, signal, workers, nodeArgs = () => [] } = options;
  const folder = createWorkFolder(workParent());
  const closers = [() => removeFolder(folder)];
  try {
    const throwAway = {
      confirmations: 1,
      pollIntervalMs: 200,
      taskQueue: `bench-${randomUUID()}`,
      workers,
      nodeArgs: nodeArgs(folder),
    };
    const stack = await startStack({ folder, fresh: false, say, signal, throwAway });
    closers.push(() => stack.stop());
    const bench = await open(stack, folder, workers, closers);
    const broken = Promise.race([stack.broken, bench.floorLost]).then((why) => {
      throw new Error(`the stack broke while it was measured: ${why}`);
    });
    return await Promise.race([use(bench), broken, aborted(signal)]);
  } finally {
    say('stopping the stack');
    for (const close of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        // The rest is stopped all the same.
        say(`while stopping: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}

async function open(stack, folder, workers, closers) {
  const { config } = stack;
  const guard = await startGuard();
  closers.push(() => guard.close());
  const { connectionOptions, namespace } = temporalTarget(config, readEnvironment());
  const connection = await Connection.connect(connectionOptions);
  closers.push(() => connection.close());
  const client = await createSettlementClient(config);
  closers.push(() => client.close());
  const program = fileURLToPath(new URL('./floorWorker.mjs', import.meta.url));
  const floorWorkers = await Promise.all(
    // As many as there are settlement workers: the same machine, the same share of it.
    Array.from({ length: workers }, (_, index) =>
      startLocalWorker(stackPaths(folder), guard, { name: `floor-worker-${index}`, program }),
    ),
  );
  return {
    stack,
    folder,
    config,
    /** Tells this run's ids from all others. */
    runId: randomUUID().slice(0, 8),
    temporal: new Client({ connection, namespace }),
    client,
    floorQueue: floorQueue(config),
    floorPids: floorWorkers.map(({ pid }) => pid),
    floorLost: Promise.race(
      floorWorkers.map(async ({ pid, exited }) => `floor worker ${pid} ended (${describeExit(await exited)})`),
    ),
  };
}

/** @returns {Promise<never>} */
export function aborted(signal) {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(new Error('interrupted'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
  try {
    rmdirSync(dirname(folder));
  } catch {
    // Another benchmark works beside this one.
  }
}

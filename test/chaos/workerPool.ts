import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { describeExit } from '../../src/local/describeExit';
import { projectRoot } from '../../src/local/projectRoot';
import type { Guard, GuardedProcess } from '../../src/local/startGuard';
import { tailOf } from '../../src/local/tailOf';
import { pick, type Random } from './random';

/** Real worker processes, which are killed and started again. */
export interface WorkerPool {
  readonly kills: number;
  /** Processes that ended though nobody killed them, with their last words. */
  readonly deaths: readonly string[];
  /** SIGKILLs one that polls every so often, and starts it again, until told to stop; then waits until all poll. */
  killOneEvery(intervalMs: number, random: Random): () => Promise<void>;
  close(): Promise<void>;
}

interface WorkerPoolOptions {
  readonly configPath: string;
  /** Their logs go there. */
  readonly folder: string;
  readonly count: number;
}

interface Place {
  readonly name: string;
  /** The process at this place while it polls. */
  polling: GuardedProcess | undefined;
  starting: Promise<void>;
}

export async function startWorkerPool(
  guard: Guard,
  { configPath, folder, count }: WorkerPoolOptions,
): Promise<WorkerPool> {
  const deaths: string[] = [];
  const alive = new Set<GuardedProcess>();
  let kills = 0;
  let closed = false;

  const start = async (place: Place): Promise<void> => {
    const logFile = join(folder, `${place.name}.log`);
    let ready: () => void = () => undefined;
    const isReady = new Promise<'ready'>((resolve) => (ready = () => resolve('ready')));
    const worker = await guard.start({
      name: place.name,
      command: process.execPath,
      args: [join(projectRoot(), 'dist', 'worker.js')],
      env: { SETTLEMENT_CONFIG: configPath },
      logFile,
      phase: 1,
      onLine: (line) => {
        if (line.includes('"worker ready"')) ready();
      },
    });
    alive.add(worker);
    void worker.exited.then((exit) => {
      alive.delete(worker);
      if (place.polling === worker) place.polling = undefined;
      if (exit.signal !== 'SIGKILL' && !closed) {
        deaths.push(`${place.name} ended by itself (${describeExit(exit)}):\n${tailOf(logFile)}`);
      }
    });
    const first = await Promise.race([isReady, worker.exited]);
    if (first === 'ready') place.polling = worker;
    else if (!closed) throw new Error(`${place.name} did not start (${describeExit(first)}):\n${tailOf(logFile)}`);
  };

  const places = Array.from({ length: count }, (_, at): Place => {
    const place: Place = { name: `worker-${at}`, polling: undefined, starting: Promise.resolve() };
    place.starting = start(place);
    return place;
  });
  await Promise.all(places.map(({ starting }) => starting));

  const killOne = async (random: Random): Promise<void> => {
    const victims = places.filter(({ polling }) => polling !== undefined);
    // With all of them on their way up there is nobody to kill yet.
    if (victims.length === 0) await Promise.race(places.map(({ starting }) => starting));
    const place = pick(
      random,
      places.filter(({ polling }) => polling !== undefined),
    );
    const victim = place.polling;
    if (!victim) return;
    place.polling = undefined;
    victim.kill('SIGKILL');
    kills += 1;
    await victim.exited;
    place.starting = start(place);
    // Told to whoever waits for all of them; nobody may be waiting yet.
    place.starting.catch(() => undefined);
  };

  return {
    get kills() {
      return kills;
    },
    deaths,
    killOneEvery(intervalMs, random) {
      const told = new AbortController();
      const killing = (async () => {
        for (;;) {
          await delay(intervalMs, undefined, { signal: told.signal }).catch(() => undefined);
          if (told.signal.aborted) return;
          await killOne(random);
        }
      })();
      killing.catch(() => undefined); // told by the stop
      return async () => {
        told.abort();
        await killing;
        await Promise.all(places.map(({ starting }) => starting));
      };
    },
    async close() {
      closed = true;
      const workers = [...alive];
      // Nothing to drain: the world they work in ends with them.
      for (const worker of workers) worker.kill('SIGKILL');
      await Promise.all(workers.map(({ exited }) => exited));
    },
  };
}

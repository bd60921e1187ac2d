import { describeExit } from './describeExit';
import { freePort } from './freePort';
import type { StackPaths } from './stackPaths';
import { startLocalWorker } from './startLocalWorker';
import type { Guard, GuardedProcess } from './startGuard';

export interface KeptWorker {
  readonly pid: number;
  /** For Prometheus. */
  readonly metricsUrl: string;
}

interface WorkerWatch {
  readonly say: (line: string) => void;
  /** Told when another process has taken over. */
  readonly onReplaced: () => void;
  /** Once aborted, a worker that ends is not replaced. */
  readonly ending: AbortSignal;
}

const shortestLifeMs = 5_000;
const [firstPauseMs, longestPauseMs] = [500, 10_000];

/** Where Temporal's own samples have it. */
const preferredMetricsPort = 9464;

/** One worker that is replaced when it dies, at once or, when it dies again and again, after growing pauses. */
export async function keepWorker(paths: StackPaths, guard: Guard, watch: WorkerWatch): Promise<KeptWorker> {
  const isOver = () => watch.ending.aborted;
  let metricsAddress = '';
  let worker = await start();
  void replaceForEver();

  async function start(): Promise<GuardedProcess> {
    metricsAddress = `127.0.0.1:${await freePort(preferredMetricsPort)}`;
    return startLocalWorker(paths, guard, { metricsAddress });
  }

  async function replaceForEver(): Promise<void> {
    let pauseMs = 0;
    for (;;) {
      const startedAt = Date.now();
      const exit = await worker.exited;
      if (isOver()) return;
      watch.say(`worker ${worker.pid} ended (${describeExit(exit)}); starting another`);
      if (Date.now() - startedAt > shortestLifeMs) pauseMs = 0;
      for (let replaced = false; !replaced;) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        if (isOver()) return;
        pauseMs = Math.min(Math.max(pauseMs * 2, firstPauseMs), longestPauseMs);
        replaced = await replace();
      }
    }
  }

  async function replace(): Promise<boolean> {
    try {
      worker = await start();
      watch.say(`worker ${worker.pid} polls`);
      watch.onReplaced();
      return true;
    } catch (error) {
      if (!isOver()) watch.say(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  return {
    get pid() {
      return worker.pid;
    },
    get metricsUrl() {
      return `http://${metricsAddress}/metrics`;
    },
  };
}

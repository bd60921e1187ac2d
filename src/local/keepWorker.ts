import type { StackPaths } from './stackPaths';
import { startLocalWorker } from './startLocalWorker';
import type { Guard } from './startGuard';

export interface KeptWorker {
  readonly pid: number;
  /** From here on a worker that ends is not replaced. */
  release(): void;
}

const shortestLifeMs = 5_000;
const longestPauseMs = 10_000;

interface WorkerWatch {
  readonly say: (line: string) => void;
  /** Told when another process has taken over. */
  readonly onReplaced: () => void;
}

/** One worker that is replaced when it dies, at once or, when it dies again and again, after growing pauses. */
export async function keepWorker(paths: StackPaths, guard: Guard, watch: WorkerWatch): Promise<KeptWorker> {
  let released = false;
  let pauseMs = 0;
  let worker = await startLocalWorker(paths, guard);
  void replaceWhenItEnds();

  async function replaceWhenItEnds(): Promise<void> {
    while (!released) {
      const startedAt = Date.now();
      const { code, signal } = await worker.exited;
      if (released) return;
      pauseMs = Date.now() - startedAt > shortestLifeMs ? 0 : Math.min(Math.max(pauseMs * 2, 500), longestPauseMs);
      watch.say(`worker ${worker.pid} ended (${signal ?? `exit code ${code}`}); starting another`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      await replace();
    }
  }

  async function replace(): Promise<void> {
    while (!released) {
      try {
        worker = await startLocalWorker(paths, guard);
        watch.say(`worker ${worker.pid} polls`);
        watch.onReplaced();
        return;
      } catch (error) {
        if (released) return;
        watch.say(error instanceof Error ? error.message : String(error));
        pauseMs = Math.min(Math.max(pauseMs * 2, 500), longestPauseMs);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  return {
    get pid() {
      return worker.pid;
    },
    release() {
      released = true;
    },
  };
}

import { describeExit } from './describeExit';
import type { GuardedProcess } from './startGuard';

export interface KeptProcess {
  readonly pid: number;
}

interface ProcessWatch {
  /** What it is, and what it does once it is ready: 'worker', 'polls'. */
  readonly what: string;
  readonly does: string;
  /** Resolves when it is ready. */
  readonly start: () => Promise<GuardedProcess>;
  readonly say: (line: string) => void;
  /** Told when another process has taken over. */
  readonly onReplaced: () => void;
  /** Once aborted, one that ends is not replaced. */
  readonly ending: AbortSignal;
}

const shortestLifeMs = 5_000;
const [firstPauseMs, longestPauseMs] = [500, 10_000];

/** One process that is replaced when it dies, at once or, when it dies again and again, after growing pauses. */
export async function keepProcess(watch: ProcessWatch): Promise<KeptProcess> {
  const isOver = () => watch.ending.aborted;
  let kept = await watch.start();
  void replaceForEver();

  async function replaceForEver(): Promise<void> {
    let pauseMs = 0;
    for (;;) {
      const startedAt = Date.now();
      const exit = await kept.exited;
      if (isOver()) return;
      watch.say(`${watch.what} ${kept.pid} ended (${describeExit(exit)}); starting another`);
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
      kept = await watch.start();
      watch.say(`${watch.what} ${kept.pid} ${watch.does}`);
      watch.onReplaced();
      return true;
    } catch (error) {
      if (!isOver()) watch.say(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  return {
    get pid() {
      return kept.pid;
    },
  };
}

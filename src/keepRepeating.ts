import { setTimeout as pause } from 'node:timers/promises';

export interface Repeating {
  /** Resolves when the turn that is under way, if any, is done. */
  close(): Promise<void>;
}

export interface RepeatingOptions {
  readonly everyMs: number;
  /** Hears of every turn that failed; the next is taken all the same. */
  readonly onTrouble: (error: unknown) => void;
}

/** Does the same at once and then again and again, one turn after the other, until it is closed. */
export function keepRepeating(act: () => Promise<unknown>, { everyMs, onTrouble }: RepeatingOptions): Repeating {
  const ending = new AbortController();
  const { signal } = ending;
  async function run(): Promise<void> {
    while (!signal.aborted) {
      await act().catch(onTrouble);
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
  const running = run();
  return {
    close() {
      ending.abort();
      return running;
    },
  };
}

import { setTimeout as pause } from 'node:timers/promises';
import type { Seal } from './sealEvents';

export interface Sealing {
  /** Resolves when the seal that is being made, if any, is made. */
  close(): Promise<void>;
}

export interface SealingOptions {
  readonly everyMs: number;
  /** Hears of every seal that could not be made; the next is tried all the same. */
  readonly onTrouble: (error: unknown) => void;
}

/** Seals what is new, at once and then again and again until it is closed. Every worker may: one of them does at a time. */
export function keepSealing(seal: () => Promise<Seal | null>, { everyMs, onTrouble }: SealingOptions): Sealing {
  const ending = new AbortController();
  const { signal } = ending;
  async function run(): Promise<void> {
    while (!signal.aborted) {
      await seal().catch(onTrouble);
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

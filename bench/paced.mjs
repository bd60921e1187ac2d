import { setTimeout as delay } from 'node:timers/promises';

/**
 * Begins one after the other at an even pace, whatever has become of those before, and resolves when all have ended. `run` is told when
 * it was due: who measures from then on counts the waiting that a slow server causes, and no pause of ours hides it.
 *
 * @param {{ perSecond: number, seconds: number, run: (at: number, dueAtMs: number) => Promise<void> }} pace
 */
export async function paced({ perSecond, seconds, run }) {
  const startedAtMs = performance.now();
  const all = [];
  for (let at = 0; at < perSecond * seconds; at++) {
    const dueAtMs = startedAtMs + (at * 1_000) / perSecond;
    const earlyMs = dueAtMs - performance.now();
    if (earlyMs > 0) await delay(earlyMs);
    all.push(run(at, dueAtMs));
    all.at(-1).catch(() => undefined); // told at the end
  }
  await Promise.all(all);
}

import { Problem } from './ask.js';
import { pause } from './pause.js';

const awayMs = 1_500;

/**
 * Looks again and again while the view is open and seen. When the API is away it says so, and goes on when it is back.
 * @param {import('./types').Shell} shell
 * @param {() => Promise<number>} look returns after how many milliseconds to look again
 * @param {(problem: Problem) => void} refused what no repeat will change, but 401
 * @returns {{ now(): void }}
 */
export function keepLooking(shell, look, refused) {
  let wake = new AbortController();
  document.addEventListener('visibilitychange', () => document.hidden || wake.abort(), { signal: shell.signal });
  void loop();
  return { now: () => wake.abort() };

  async function loop() {
    while (!shell.signal.aborted) {
      wake = new AbortController();
      const waitMs = document.hidden ? Infinity : await once();
      if (waitMs === null) return;
      const ended = AbortSignal.any([wake.signal, shell.signal]);
      await pause(Math.min(waitMs, 60_000), ended);
    }
  }

  async function once() {
    try {
      const nextMs = await look();
      if (!shell.signal.aborted) shell.isAway(false);
      return nextMs;
    } catch (error) {
      if (shell.signal.aborted) return null;
      if (!(error instanceof Problem)) throw error;
      if (error.away) {
        shell.isAway(true);
        return awayMs;
      }
      shell.isAway(false);
      if (error.status === 401) shell.signOut('This token is not valid, or was revoked.');
      else refused(error);
      return null;
    }
  }
}

import type { ProcessExit } from './startGuard';

/** How a process ended, for a log line. */
export function describeExit({ code, signal }: ProcessExit): string {
  if (signal !== null) return signal;
  return code === null ? 'out of sight: the guard was killed' : `exit code ${code}`;
}

import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';

/**
 * Takes what anvil wrote at its last graceful end as the state to load, and returns where it shall write the next time.
 *
 * Anvil writes in place: killed while it writes (and with --state-interval it writes all the time) it leaves half a file,
 * which was seen 25 times in 25. So it never writes to the file it loads from, and what it wrote counts only when it is whole.
 */
export function promoteExitDump(statePath: string): string {
  const exitDump = `${statePath}.exit`;
  if (existsSync(exitDump)) {
    // The dump of a graceful end is newer than any snapshot taken while it ran.
    if (isWhole(exitDump)) renameSync(exitDump, statePath);
    else rmSync(exitDump);
  }
  return exitDump;
}

function isWhole(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, 'utf8'));
    return true;
  } catch {
    return false;
  }
}

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { commandLineOf } from './commandLineOf';

interface ChildMark {
  readonly pid: number;
  readonly commandLine: string;
}

const graceMs = 30_000;

/**
 * Ends what a guard left behind that was killed itself, by the marks it kept; returns how many there were. To be called
 * when the stack's lock is held, so that nobody else's children can be meant.
 */
export async function endOrphans(childrenFile: string): Promise<number> {
  if (!existsSync(childrenFile)) return 0;
  const marks = JSON.parse(readFileSync(childrenFile, 'utf8')) as readonly ChildMark[];
  const orphans = marks.filter((mark) => commandLineOf(mark.pid) === mark.commandLine);
  await Promise.all(orphans.map(endOrphan));
  rmSync(childrenFile);
  return orphans.length;
}

async function endOrphan(mark: ChildMark): Promise<void> {
  send(mark.pid, 'SIGTERM');
  send(mark.pid, 'SIGCONT');
  // It is nobody's child any more, so there is no event to wait for.
  const deadline = Date.now() + graceMs;
  while (commandLineOf(mark.pid) === mark.commandLine) {
    if (Date.now() > deadline) send(mark.pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

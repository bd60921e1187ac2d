import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ConfigError } from '../domain/errors';
import { commandLineOf } from './commandLineOf';

const holderSchema = z.object({
  token: z.string(),
  port: z.number().int().min(1).max(65_535),
  guardPid: z.number().int(),
  startPid: z.number().int(),
  startedAt: z.string(),
});

/** What the lock file holds: who the guard is, and whose guard it is. */
export type LockHolder = Readonly<z.infer<typeof holderSchema>>;

type Finding = 'gone' | 'up' | { readonly ended: Promise<void> };

const answerWithinMs = 2_000;

/**
 * Makes this stack the only one of its folder. The lock is a file that names a guard and the port the guard listens on; it
 * holds while that guard answers there with the file's token. So a guard that still stops its children keeps the folder, a
 * killed one does not, and no reused pid is mistaken for ours.
 * @throws ConfigError CONFIG_INVALID when a stack is up in this folder
 */
export async function acquireStackLock(lockFile: string, self: LockHolder, onWait: () => void): Promise<void> {
  const draft = `${lockFile}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(self));
  try {
    let waiting = false;
    while (!linked(draft, lockFile)) {
      const holder = readHolder(lockFile);
      const finding = holder ? await look(holder) : 'gone';
      if (finding === 'gone') removeStale(lockFile, holder);
      else if (finding === 'up' && holder) throw alreadyUp(holder);
      else if (typeof finding === 'object') {
        if (!waiting) onWait();
        waiting = true;
        await finding.ended;
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

export function holdsStackLock(lockFile: string, token: string): boolean {
  return readHolder(lockFile)?.token === token;
}

/** Creates the lock with its content in one step; false when it is there already. */
function linked(draft: string, lockFile: string): boolean {
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): LockHolder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

async function look(holder: LockHolder): Promise<Finding> {
  const socket = connect({ port: holder.port, host: '127.0.0.1' });
  // Before the first line, so that the end cannot be missed.
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const said = await Promise.race([firstLine(socket), ended.then(() => 'nobody' as const), late()]);
  const finding = judge(holder, said);
  if (finding !== 'stopping') socket.destroy();
  return finding === 'stopping' ? { ended } : finding;
}

function judge(holder: LockHolder, said: string): 'gone' | 'up' | 'stopping' {
  // A stopped (SIGSTOP) guard accepts and says nothing, and so may a stranger that has taken the port.
  if (said === 'silent') return commandLineOf(holder.guardPid)?.includes(holder.token) ? 'up' : 'gone';
  const answer = parse(said);
  if (answer?.token !== holder.token) return 'gone';
  // A parent that was killed a moment ago: its guard just has not noticed yet.
  return answer.state === 'stopping' || commandLineOf(holder.startPid) === undefined ? 'stopping' : 'up';
}

function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('error', () => resolve('nobody'));
    createInterface({ input: socket })
      .once('line', resolve)
      .once('error', () => resolve('nobody'));
  });
}

function late(): Promise<'silent'> {
  return new Promise((resolve) => setTimeout(() => resolve('silent'), answerWithinMs).unref());
}

function parse(line: string): { token?: unknown; state?: unknown } | undefined {
  try {
    return JSON.parse(line) as { token?: unknown; state?: unknown };
  } catch {
    return undefined;
  }
}

/** Takes a lock away that was judged stale, and puts it back should it be another one by now. */
function removeStale(lockFile: string, judged: LockHolder | undefined): void {
  const aside = `${lockFile}.${randomUUID()}`;
  try {
    renameSync(lockFile, aside);
  } catch {
    return; // somebody else took it away
  }
  if (readHolder(aside)?.token !== judged?.token) linked(aside, lockFile);
  rmSync(aside, { force: true });
}

function alreadyUp(holder: LockHolder): ConfigError {
  return new ConfigError(
    'CONFIG_INVALID',
    `a stack is up in this folder already (process ${holder.startPid}, since ${holder.startedAt}); ` +
      `work with it (npx settle balances), stop it (Ctrl-C there, or kill ${holder.startPid}), or start yours in another clone`,
  );
}

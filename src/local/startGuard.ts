import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inheritedEnvironment } from '../config';
import { projectRoot } from './projectRoot';

/** A process for the guard to own. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** On top of this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Both of its outputs are appended here; without it they are dropped. */
  readonly logFile?: string;
  /** Called with each line of its standard output. */
  readonly onLine?: (text: string) => void;
  /** How long it may take to finish after SIGTERM, before SIGKILL. */
  readonly graceMs?: number;
  /** Later phases are stopped first when the guard closes. */
  readonly phase?: number;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GuardedProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Whether `exited` has resolved. */
  readonly hasEnded: () => boolean;
  /** SIGTERM, time to finish, SIGKILL last; resolves when it is gone. */
  readonly stop: () => Promise<void>;
  /** Any signal, straight to the process: for tests that break things. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

export interface Guard {
  readonly pid: number;
  readonly port: number;
  readonly token: string;
  start(spec: ProcessSpec): Promise<GuardedProcess>;
  /** Gives it the files of a folder whose lock is held. */
  own(files: OwnedFiles): Promise<void>;
  /** Stops every process, then the guard itself; not graceful when the guard had been killed, and its children run on. */
  close(): Promise<{ readonly graceful: boolean }>;
}

/** What a guard keeps and removes; only for the guard of the stack that holds the folder's lock. */
export interface OwnedFiles {
  /** Removed at the guard's end. */
  readonly lockFile: string;
  /** Where it lists its children while it runs, for the case that it is killed itself. */
  readonly childrenFile: string;
  /** Removed at the beginning of its end. */
  readonly removeOnClose: readonly string[];
}

interface Running {
  readonly spec: ProcessSpec;
  readonly exit: (how: ProcessExit) => void;
}

type Answer = { readonly ok: boolean; readonly pid?: number; readonly error?: string };
type GuardMessage =
  | ({ readonly id: number; readonly event?: undefined } & Answer)
  | { readonly event: 'ready'; readonly pid: number; readonly port: number }
  | { readonly event: 'line'; readonly name: string; readonly text: string }
  | ({ readonly event: 'exit'; readonly name: string; readonly pid: number } & ProcessExit);

/**
 * Starts a guard (see guard.mjs): a process of its own session that owns what is started through it and stops it gracefully
 * when this process ends, in whatever way.
 */
export async function startGuard(): Promise<Guard> {
  const token = randomUUID();
  const script = join(projectRoot(), 'src', 'local', 'guard.mjs');
  const child = spawn(process.execPath, [script, token], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit').then(([code]) => ({ graceful: code === 0 }));
  const answers = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  const running = new Map<string, Running>();
  let lastId = 0;

  const ready = new Promise<{ pid: number; port: number }>((resolve, reject) => {
    child.once('error', reject);
    gone.then(() => reject(new Error('the guard process ended before it was ready')), reject);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as GuardMessage;
      if (message.event === undefined) {
        answers.get(message.id)?.resolve(message);
        answers.delete(message.id);
      } else if (message.event === 'ready') resolve(message);
      else if (message.event === 'line') running.get(message.name)?.spec.onLine?.(message.text);
      else {
        running.get(message.name)?.exit({ code: message.code, signal: message.signal });
        running.delete(message.name);
      }
    });
  });

  // A write to a guard that was killed fails; `gone` tells everybody who waits.
  child.stdin.on('error', () => undefined);
  void gone.then(() => {
    for (const { reject } of answers.values()) reject(new Error('the guard process ended'));
    for (const { exit } of running.values()) exit({ code: null, signal: null });
  });

  function ask(message: Readonly<Record<string, unknown>>): Promise<Answer> {
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        reject(new Error('the guard process ended'));
        return;
      }
      answers.set(id, { resolve, reject });
      child.stdin.write(`${JSON.stringify({ id, ...message })}\n`);
    });
  }

  async function start(spec: ProcessSpec): Promise<GuardedProcess> {
    if (running.has(spec.name)) throw new Error(`${spec.name} is running already`);
    const exited = new Promise<ProcessExit>((exit) => running.set(spec.name, { spec, exit }));
    const { onLine, env, ...plain } = spec;
    const whole = env && { ...inheritedEnvironment(), ...env };
    const answer = await ask({ do: 'start', spec: { ...plain, env: whole, lines: onLine !== undefined } });
    if (answer.pid === undefined) {
      running.delete(spec.name);
      throw new Error(`cannot start ${spec.name} (${spec.command}): ${answer.error}`);
    }
    const pid = answer.pid;
    let ended = false;
    void exited.then(() => (ended = true));
    return {
      name: spec.name,
      pid,
      exited,
      hasEnded: () => ended,
      async stop() {
        if (!ended) await ask({ do: 'stop', name: spec.name });
        await exited;
      },
      kill(signal) {
        if (!ended) process.kill(pid, signal);
      },
    };
  }

  const { pid, port } = await ready;
  return {
    pid,
    port,
    token,
    start,
    async own(files) {
      await ask({ do: 'own', files });
    },
    async close() {
      child.stdin.end();
      return gone;
    },
  };
}

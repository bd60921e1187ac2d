import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from './projectRoot';
import { startGuard, type Guard, type ProcessExit } from './startGuard';
import { tailOf } from './tailOf';

export interface PostgresOptions {
  /** Its data and its password are kept here. */
  readonly folder: string;
  /** The folder is removed when it ends, and nothing waits for the disk: only a power cut would tell the difference. */
  readonly temporary?: boolean;
  /** Preferred; another is taken when it is in use. */
  readonly port?: number;
  readonly logFile?: string;
  /** The guard that shall own it; without one it gets its own. */
  readonly guard?: Guard;
}

export interface Postgres {
  /** With the password in it: not for a log. */
  readonly url: string;
  readonly pid: number;
  /** Postgres itself, for tests that break things; `pid` is the process that runs it. */
  readonly serverPid: number;
  readonly exited: Promise<ProcessExit>;
  readonly stop: () => Promise<void>;
}

const readySchema = z.object({
  ready: z.literal(true),
  url: z.string(),
  passwordFile: z.string(),
  pid: z.number().int(),
});

/** Long enough for a checkpoint of everything it holds. */
const graceMs = 30_000;

/** Starts a real Postgres on the loopback interface (see postgres.mjs) and resolves when it serves. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const guard = options.guard ?? (await startGuard());
  try {
    const { logFile } = options;
    if (logFile !== undefined) mkdirSync(dirname(logFile), { recursive: true });
    let say: (ready: z.infer<typeof readySchema>) => void;
    const ready = new Promise<z.infer<typeof readySchema>>((resolve) => (say = resolve));
    const runner = await guard.start({
      name: 'postgres',
      command: process.execPath,
      args: [...argumentsFor(options)],
      ...(logFile === undefined ? {} : { logFile }),
      graceMs,
      onLine: (line) => say(readySchema.parse(JSON.parse(line))),
    });
    if (!options.guard) void runner.exited.then(() => guard.close());
    const first = await Promise.race([ready, runner.exited]);
    if (!('ready' in first)) {
      const log = logFile === undefined ? '' : `; the end of ${logFile}:\n${tailOf(logFile)}`;
      throw new Error(`Postgres ended before it served${log}`);
    }
    return {
      url: withPassword(first.url, first.passwordFile),
      pid: runner.pid,
      serverPid: first.pid,
      exited: runner.exited,
      stop: options.guard ? runner.stop : () => guard.close().then(() => undefined),
    };
  } catch (error) {
    if (!options.guard) await guard.close();
    throw error;
  }
}

function withPassword(url: string, passwordFile: string): string {
  const whole = new URL(url);
  whole.password = readFileSync(passwordFile, 'utf8').trim();
  return whole.href;
}

function* argumentsFor({ folder, port, temporary }: PostgresOptions): Generator<string> {
  yield* [join(projectRoot(), 'src', 'local', 'postgres.mjs'), '--folder', folder];
  if (port !== undefined) yield* ['--port', `${port}`];
  if (temporary) yield '--temporary';
}

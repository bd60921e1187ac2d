import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { describeExit } from '../../src/local/describeExit';
import { projectRoot } from '../../src/local/projectRoot';
import type { Guard, GuardedProcess, ProcessExit } from '../../src/local/startGuard';
import { tailOf } from '../../src/local/tailOf';
import type { OwnExit } from './unmeantExits';

/** Worker processes as a supervisor keeps them: whoever ends, by a fault or by itself, is started again until it polls. */
export interface SupervisedWorkers {
  readonly count: number;
  /** Processes that ended though nobody ended them: a chain or a database was away when they started, or it is a bug. */
  readonly ownExits: readonly OwnExit[];
  /** What they are started with. */
  readonly configPath: string;
  pidOf(at: number): number | null;
  /** Resolves when it is gone; another is on its way. Null: there was none to signal. */
  end(at: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<ProcessExit | null>;
  signal(at: number, signal: 'SIGSTOP' | 'SIGCONT'): boolean;
  /** Whether the process that is there now may end by itself: a fault aims at it. */
  mayEnd(at: number, may: boolean): void;
  /** Of all of them, from the next start on. */
  setConfig(path: string): void;
  /** From the next start on. */
  setEnv(at: number, env: Readonly<Record<string, string>>): void;
  allPoll(): Promise<void>;
  /** The last of what they printed, and by whom. */
  lastLines(count: number): readonly string[];
  close(): Promise<void>;
}

interface Place {
  readonly name: string;
  process: GuardedProcess | undefined;
  polls: boolean;
  isEnded: boolean;
  mayEnd: boolean;
  startedAtMs: number;
  env: Readonly<Record<string, string>>;
}

const pauseBeforeStartMs = 500;
const keptLines = 400;

/** Another program than the one that ships, and what it is told by its environment. */
export interface WorkerProgram {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Supervision {
  readonly configPath: string;
  readonly folder: string;
  readonly count: number;
  readonly program?: WorkerProgram | undefined;
}

export async function superviseWorkers(
  guard: Guard,
  { configPath, folder, count, program }: Supervision,
): Promise<SupervisedWorkers> {
  const path = program?.path ?? join(projectRoot(), 'dist', 'worker.js');
  const ownExits: OwnExit[] = [];
  const lines: string[] = [];
  const state = { closed: false, configPath };

  const startAt = async (place: Place): Promise<GuardedProcess> =>
    guard.start({
      name: place.name,
      command: process.execPath,
      args: [path],
      env: { SETTLEMENT_CONFIG: state.configPath, ...program?.env, ...place.env },
      logFile: join(folder, `${place.name}.log`),
      graceMs: 20_000,
      phase: 1,
      onLine: (line) => {
        lines.push(`${place.name} ${line}`);
        if (lines.length > 2 * keptLines) lines.splice(0, keptLines);
        if (line.includes('"worker ready"')) place.polls = true;
      },
    });
  const noteExit = ({ name, polls, isEnded, mayEnd, startedAtMs }: Place, exit: ProcessExit): void => {
    if (isEnded || mayEnd || state.closed) return;
    const how = `${describeExit(exit)}\n${tailOf(join(folder, `${name}.log`))}`;
    ownExits.push({ name, polled: polls, startedAtMs, endedAtMs: performance.now(), how });
  };
  const keep = async (place: Place): Promise<void> => {
    while (!state.closed) {
      place.startedAtMs = performance.now();
      const worker = await startAt(place);
      place.process = worker;
      const exit = await worker.exited;
      noteExit(place, exit);
      Object.assign(place, { process: undefined, polls: false, isEnded: false, mayEnd: false });
      await delay(pauseBeforeStartMs);
    }
  };
  const places = Array.from({ length: count }, (_, at): Place => {
    const name = `worker-${at}`;
    return { name, process: undefined, polls: false, isEnded: false, mayEnd: false, startedAtMs: 0, env: {} };
  });
  const keeping = Promise.all(places.map(keep));
  keeping.catch((error: unknown) => lines.push(`supervisor: ${String(error)}`));
  const placeAt = (at: number): Place => {
    const place = places[at];
    if (!place) throw new Error(`no worker ${at}`);
    return place;
  };
  const workers: SupervisedWorkers = {
    count,
    ownExits,
    get configPath() {
      return state.configPath;
    },
    pidOf: (at) => placeAt(at).process?.pid ?? null,
    async end(at, signal) {
      const place = placeAt(at);
      const { process: worker } = place;
      if (!worker) return null;
      place.isEnded = true;
      worker.kill(signal);
      return worker.exited;
    },
    signal(at, signal) {
      const { process: worker } = placeAt(at);
      worker?.kill(signal);
      return worker !== undefined;
    },
    mayEnd: (at, may) => void (placeAt(at).mayEnd = may),
    setConfig: (path) => void (state.configPath = path),
    setEnv: (at, env) => void (placeAt(at).env = env),
    async allPoll() {
      while (!places.every(({ polls }) => polls)) await delay(100);
    },
    lastLines: (wanted) => lines.slice(-wanted),
    async close() {
      state.closed = true;
      // Nothing to drain: the world they work in ends with them. A stopped one dies of this too.
      for (const { process: worker } of places) worker?.kill('SIGKILL');
      await keeping.catch(() => undefined);
    },
  };
  return workers;
}

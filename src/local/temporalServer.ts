import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { readEnvironment } from '../config';
import { searchAttributeTypes } from '../domain/searchAttributes';
import { awaitTemporal } from './awaitTemporal';
import { findTemporalServer } from './findTemporalServer';
import { freePort } from './freePort';
import { startGuard, type Guard, type GuardedProcess, type ProcessExit } from './startGuard';
import { tailOf } from './tailOf';

export interface TemporalServerOptions {
  /** Runs survive in this file; without it they end with the server. */
  readonly dbFile?: string;
  /** Preferred; others are taken when they are in use. */
  readonly port?: number;
  readonly uiPort?: number;
  readonly logFile?: string;
  /** Further dynamic configuration values, KEY=VALUE. */
  readonly dynamicConfig?: readonly string[];
  /** The binary, when it was found before. */
  readonly binary?: string;
  /** The guard that shall own it; without one it gets its own. */
  readonly guard?: Guard;
  /** Told what takes long; by default it goes to stderr. */
  readonly say?: (line: string) => void;
}

export interface TemporalServer {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  readonly stop: () => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

const startAttempts = 3;
const namespace = 'default';

/**
 * Measured: a workflow of two activities takes 250 ms without the first two and 34 to 50 ms with them, the default polls every 50 ms. The
 * third: holders share the workers (src/client/openRun.ts).
 */
const dynamicConfig = [
  'history.transferProcessorMaxPollRPS=2000',
  'system.enableActivityEagerExecution=true',
  'matching.enableFairness=true',
];
const attributeTypeNames = { KEYWORD: 'Keyword', BOOL: 'Bool' } as const;

/** Starts a Temporal server with its Web UI on the loopback interface and resolves when it serves. */
export async function startTemporalServer(options: TemporalServerOptions = {}): Promise<TemporalServer> {
  const binary = options.binary ?? (await findBinary(options.say ?? ((line) => console.error(line))));
  const guard = options.guard ?? (await startGuard());
  try {
    const { server, address, uiUrl } = await startOnSomePort(options, binary, guard);
    // A guard of its own has nothing to do once it is gone.
    if (!options.guard) void server.exited.then(() => guard.close());
    return {
      address,
      namespace,
      uiUrl,
      pid: server.pid,
      exited: server.exited,
      stop: options.guard ? server.stop : () => guard.close().then(() => undefined),
      kill: server.kill,
    };
  } catch (error) {
    if (!options.guard) await guard.close();
    throw error;
  }
}

async function findBinary(say: (line: string) => void): Promise<string> {
  const { path, cacheDir } = readEnvironment();
  return (await findTemporalServer({ path, cacheDir, say })).binary;
}

async function startOnSomePort(options: TemporalServerOptions, binary: string, guard: Guard) {
  for (const file of [options.logFile, options.dbFile]) if (file) mkdirSync(dirname(file), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(attempt === 1 ? options.port : undefined);
    const uiPort = await freePort(attempt === 1 ? options.uiPort : undefined);
    // Until it says so another server may be the one that answers: it took the port between our look and this one's bind.
    let started: () => void;
    const isStarted = new Promise<void>((resolve) => (started = resolve));
    const server: GuardedProcess = await guard.start({
      name: 'temporal',
      command: binary,
      args: [...argumentsFor(options, port, uiPort)],
      ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
      onLine: (line) => {
        if (/^Server:\s/.test(line)) started();
      },
    });
    const address = `127.0.0.1:${port}`;
    try {
      await Promise.race([isStarted, server.exited]);
      const connection = await awaitTemporal({
        connectionOptions: { address },
        namespace,
        timeoutMs: 60_000,
        gone: server.hasEnded,
      });
      await connection.close();
      return { server, address, uiUrl: `http://127.0.0.1:${uiPort}` };
    } catch (error) {
      // It most likely ended because somebody took a port between our look and its bind.
      if (server.hasEnded() && attempt < startAttempts) continue;
      await server.stop();
      const log = options.logFile === undefined ? '' : `; the end of ${options.logFile}:\n${tailOf(options.logFile)}`;
      throw new Error(`${error instanceof Error ? error.message : String(error)}${log}`, { cause: error });
    }
  }
}

function* argumentsFor(options: TemporalServerOptions, port: number, uiPort: number): Generator<string> {
  yield* ['server', 'start-dev', '--ip', '127.0.0.1', '--port', `${port}`, '--ui-port', `${uiPort}`];
  yield* ['--log-level', 'warn'];
  if (options.dbFile !== undefined) {
    yield* ['--db-filename', options.dbFile];
    // Measured: 30 workflows a second where the default makes 18, and a third of the disk flushes. FULL: an acknowledged
    // start survives a power cut.
    yield* ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'];
  }
  for (const value of [...dynamicConfig, ...(options.dynamicConfig ?? [])]) yield* ['--dynamic-config-value', value];
  for (const [name, type] of Object.entries(searchAttributeTypes)) {
    yield* ['--search-attribute', `${name}=${attributeTypeNames[type]}`];
  }
}

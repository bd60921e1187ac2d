import { readEnvironment } from '../config';
import { describeExit } from './describeExit';
import { externalTemporal } from './externalTemporal';
import { findTemporalServer } from './findTemporalServer';
import type { StackPaths } from './stackPaths';
import type { Guard } from './startGuard';
import { startTemporalServer, type TemporalServer } from './temporalServer';

export interface KeptTemporal {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | null;
  /** Resolves with the reason when there is no server any more. */
  readonly lost: Promise<string>;
}

/**
 * The stack's Temporal server: the one that the environment names, or one of our own that is started again when it dies.
 * @throws TransientError TEMPORAL_UNAVAILABLE, ConfigError CONFIG_INVALID
 */
export async function keepTemporal(
  paths: StackPaths,
  guard: Guard,
  say: (line: string) => void,
  ending: AbortSignal,
): Promise<KeptTemporal> {
  const { namesTemporal, path, cacheDir } = readEnvironment();
  if (namesTemporal) {
    const { address, namespace } = await externalTemporal();
    say(`Temporal at ${address}, namespace ${namespace}, is the environment's; --fresh removes none of its runs`);
    return { address, namespace, uiUrl: null, lost: never() };
  }
  const found = await findTemporalServer({ path, cacheDir, say, signal: ending });
  const start = (port: number, uiPort: number): Promise<TemporalServer> =>
    startTemporalServer({
      binary: found.binary,
      dbFile: paths.temporalDb,
      logFile: paths.log('temporal'),
      port,
      uiPort,
      guard,
    });
  const first = await start(7233, 8233);
  say(`Temporal ${found.serverVersion} (${found.source}) serves at ${first.address}`);
  return { ...first, lost: restarted(first, start, say, ending) };
}

/** Runs are in its file, so a server that died is started again where clients and workers look for it. */
async function restarted(
  first: TemporalServer,
  start: (port: number, uiPort: number) => Promise<TemporalServer>,
  say: (line: string) => void,
  ending: AbortSignal,
): Promise<string> {
  const isOver = () => ending.aborted;
  for (let server = first; ;) {
    const exit = await server.exited;
    if (isOver()) return never();
    say(`the Temporal server ended (${describeExit(exit)}); starting it again`);
    try {
      server = await start(portOf(first.address), portOf(first.uiUrl));
    } catch (error) {
      if (isOver()) return never();
      return `Temporal does not start again: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (server.address !== first.address) return `Temporal's port ${portOf(first.address)} is taken by another`;
    say(`Temporal serves again at ${server.address}`);
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

function portOf(addressOrUrl: string): number {
  return Number(addressOrUrl.split(':').at(-1));
}

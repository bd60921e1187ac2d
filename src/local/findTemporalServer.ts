import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ConfigError } from '../domain/errors';
import { buildTemporalServer } from './buildTemporalServer';
import { downloadTemporalServer } from './downloadTemporalServer';
import { serverVersion, temporalCliVersion } from './serverVersion';

export interface FindOptions {
  /** The PATH to search. */
  readonly path: string;
  readonly cacheDir: string;
  /** Told what takes long. */
  readonly say: (line: string) => void;
  /** When it aborts, a download or build under way is given up. */
  readonly signal?: AbortSignal;
  /** Replaced by tests, which must not download or build. */
  readonly download?: typeof downloadTemporalServer;
  readonly build?: typeof buildTemporalServer;
}

export interface FoundServer {
  readonly binary: string;
  readonly serverVersion: string;
  readonly source: 'PATH' | 'cache' | 'download' | 'build';
}

/**
 * A Temporal server to start: `temporal` on PATH, the cached binary, the SDK's download, a build from the Go module. What is
 * downloaded or built lands in the cache.
 * @throws ConfigError CONFIG_INVALID that says what was tried and how to get one
 */
export async function findTemporalServer(options: FindOptions): Promise<FoundServer> {
  const cached = join(options.cacheDir, 'bin', `temporal-${temporalCliVersion}`);
  const tried: string[] = [];
  async function attempt(
    source: FoundServer['source'],
    obtain: () => Promise<string> | string,
  ): Promise<FoundServer | undefined> {
    if (options.signal?.aborted) return undefined;
    try {
      const binary = await obtain();
      return { binary, serverVersion: await serverVersion(binary), source };
    } catch (error) {
      tried.push(`${source}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
  const found =
    (await attempt('PATH', () => onPath(options.path))) ??
    (await attempt('cache', () => executable(cached))) ??
    (await attempt('download', async () => {
      await (options.download ?? downloadTemporalServer)(cached, options.say, options.signal);
      return cached;
    })) ??
    (await attempt('build', async () => {
      await (options.build ?? buildTemporalServer)(cached, options.say, options.signal);
      return cached;
    }));
  if (found) return found;
  throw new ConfigError(
    'CONFIG_INVALID',
    `no Temporal server was found. Tried:\n${tried.map((line) => `  - ${line}`).join('\n')}\n` +
      'Any of these helps: install the Temporal CLI so that `temporal` is on PATH, install Go (it is then built), ' +
      'or set TEMPORAL_ADDRESS to a server that runs.',
  );
}

function onPath(path: string): string {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    try {
      return executable(join(folder, 'temporal'));
    } catch {
      // not here
    }
  }
  throw new Error('there is no `temporal` there');
}

function executable(file: string): string {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Error(`there is no ${file}`);
  accessSync(file, constants.X_OK);
  return file;
}

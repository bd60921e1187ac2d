import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readEnvironment } from '../../src/config';
import { createWorkFolder } from '../../src/local/createWorkFolder';
import { startGuard } from '../../src/local/startGuard';
import { tailOf } from '../../src/local/tailOf';

export interface ProductionServer {
  /** With `temporal-server` and `temporal-sql-tool`, as the images have them. */
  readonly binFolder: string;
  /** The module's sources: the schemas, and the configuration's template. */
  readonly sources: string;
}

const programs = { server: 'temporal-server', sql: 'temporal-sql-tool' } as const;

/**
 * Temporal's server and its schema tool at a version, from their Go module: some three minutes on two cores, once. Builders at the
 * same time do not disturb each other.
 */
export async function buildProductionServer(version: string): Promise<ProductionServer> {
  const module = `go.temporal.io/server@v${version}`;
  const binFolder = join(readEnvironment().cacheDir, `temporal-server-${version}`);
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', module]);
  const { Dir: sources } = JSON.parse(stdout) as { Dir: string };
  if (Object.values(programs).every((name) => existsSync(join(binFolder, name)))) return { binFolder, sources };
  console.error(`building ${module} once; this takes about 3 minutes`);
  mkdirSync(binFolder, { recursive: true });
  const folder = createWorkFolder(binFolder);
  // Under a guard, so that a build does not outlive who wanted it.
  const guard = await startGuard();
  try {
    const logFile = join(folder, 'go.log');
    const { server, sql } = { server: 'cmd/server', sql: 'cmd/tools/sql' };
    const packages = [server, sql].map((path) => `go.temporal.io/server/${path}@v${version}`);
    const go = await guard.start({
      name: 'go',
      command: 'env',
      args: [`GOBIN=${folder}`, 'go', 'install', ...packages],
      logFile,
    });
    const { code } = await go.exited;
    if (code !== 0) throw new Error(`go install of ${module} failed: ${tailOf(logFile, 3)}`);
    for (const [built, name] of Object.entries(programs)) renameSync(join(folder, built), join(binFolder, name));
  } finally {
    await guard.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { binFolder, sources };
}

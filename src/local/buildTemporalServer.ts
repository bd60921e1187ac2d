import { renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createWorkFolder } from './createWorkFolder';
import { temporalCliVersion } from './serverVersion';
import { startGuard } from './startGuard';
import { tailOf } from './tailOf';

const progressEveryMs = 10_000;
/** What `env` says when there is no such command. */
const commandNotFound = 127;

/**
 * Builds the Temporal CLI, server included, from its Go module: about three minutes and 250 MB, once. Builders at the same
 * time do not disturb each other: each builds in a folder of its own, and the whole binary is then moved into place.
 */
export async function buildTemporalServer(
  target: string,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const folder = createWorkFolder(dirname(target));
  // Under a guard, so that a build does not outlive who wanted it.
  const guard = await startGuard();
  const giveUp = () => void guard.close();
  signal?.addEventListener('abort', giveUp);
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const module = `github.com/temporalio/cli/cmd/temporal@v${temporalCliVersion}`;
  say(`building the Temporal server once (go install ${module}); this takes about 3 minutes`);
  const progress = setInterval(() => say(`building the Temporal server, ${elapsed()}`), progressEveryMs);
  try {
    const logFile = join(folder, 'go.log');
    const go = await guard.start({
      name: 'go',
      command: 'env',
      args: [`GOBIN=${folder}`, 'go', 'install', module],
      logFile,
    });
    const { code } = await go.exited;
    if (code === commandNotFound) throw new Error('Go is not installed');
    if (code !== 0)
      throw new Error(`go install failed after ${elapsed()}: ${tailOf(logFile, 3).replaceAll('\n', ' / ')}`);
    renameSync(join(folder, 'temporal'), target);
    say(`built the Temporal server in ${elapsed()}`);
  } finally {
    clearInterval(progress);
    signal?.removeEventListener('abort', giveUp);
    await guard.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

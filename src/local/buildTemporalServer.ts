import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { renameSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createWorkFolder } from './createWorkFolder';
import { temporalCliVersion } from './serverVersion';

const progressEveryMs = 10_000;

/**
 * Builds the Temporal CLI, server included, from its Go module: about three minutes and 250 MB, once. Builders at the same
 * time do not disturb each other: each builds in a folder of its own, and the whole binary is then moved into place.
 */
export async function buildTemporalServer(target: string, say: (line: string) => void): Promise<void> {
  const folder = createWorkFolder(dirname(target));
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const module = `github.com/temporalio/cli/cmd/temporal@v${temporalCliVersion}`;
  say(`building the Temporal server once (go install ${module}); this takes about 3 minutes`);
  const progress = setInterval(() => say(`building the Temporal server, ${elapsed()}`), progressEveryMs);
  try {
    const go = spawn('env', [`GOBIN=${folder}`, 'go', 'install', module], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    go.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-2_000)));
    const [code] = (await once(go, 'close')) as [number | null];
    if (code !== 0)
      throw new Error(`go install failed after ${elapsed()}: ${errors.trim().split('\n').slice(-3).join(' / ')}`);
    renameSync(join(folder, 'temporal'), target);
    say(`built the Temporal server in ${elapsed()}`);
  } finally {
    clearInterval(progress);
    rmSync(folder, { recursive: true, force: true });
  }
}

import { chmodSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createWorkFolder } from './createWorkFolder';
import { projectRoot } from './projectRoot';
import { temporalCliVersion } from './serverVersion';

/** Without any sign of a download by then there is no way out to the internet. */
const noSignMs = 10_000;
const longestMs = 300_000;

/**
 * Has the SDK download the Temporal CLI. The part of the SDK that can is a development dependency; without it, or offline,
 * this fails fast and the next way is tried.
 */
export async function downloadTemporalServer(
  target: string,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const folder = createWorkFolder(dirname(target));
  const version = `v${temporalCliVersion}`;
  say(`looking for a download of the Temporal server (${version}) by its SDK`);
  const script = join(projectRoot(), 'src', 'local', 'download.mjs');
  const download = spawn(process.execPath, [script, folder, version], { stdio: ['ignore', 'ignore', 'pipe'] });
  let gaveUp: string | undefined;
  const giveUp = (why: string) => {
    gaveUp = why;
    download.kill('SIGKILL');
  };
  const interrupt = () => giveUp('interrupted');
  signal?.addEventListener('abort', interrupt);
  const timers = [
    setTimeout(() => {
      if (readdirSync(folder).length === 0) giveUp(`no answer within ${noSignMs / 1000} s`);
      else say('downloading the Temporal server');
    }, noSignMs),
    setTimeout(() => giveUp(`not done after ${longestMs / 1000} s`), longestMs),
  ];
  try {
    let errors = '';
    download.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const [code] = (await once(download, 'close')) as [number | null];
    const binary = join(folder, `temporal-${version}`);
    if (code !== 0 || !existsSync(binary)) throw new Error(gaveUp ?? reasonIn(errors));
    chmodSync(binary, 0o755);
    renameSync(binary, target);
  } finally {
    timers.forEach(clearTimeout);
    signal?.removeEventListener('abort', interrupt);
    rmSync(folder, { recursive: true, force: true });
  }
}

function reasonIn(errors: string): string {
  if (errors.includes("Cannot find module '@temporalio/testing'")) return '@temporalio/testing is not installed';
  return /Error: (.{1,160})/.exec(errors)?.[1] ?? 'the SDK could not download it';
}

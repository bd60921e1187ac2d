import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../src/local/projectRoot';
import type { Ran } from './runSettle';

/** A `settle` that is still going. */
export interface RunningSettle {
  /** Resolves once stdout has said it; rejects, with all that was said, when it ends without. */
  said(what: RegExp): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  ended(): Promise<Ran>;
}

/** Starts the `settle` command in its own process, for who talks with it while it goes. */
export function startSettle(
  configPath: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningSettle {
  const child = spawn(process.execPath, [join(projectRoot(), 'bin', 'settle.mjs'), ...args], {
    env: { ...process.env, SETTLEMENT_CONFIG: configPath, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    for (const look of waiting) look();
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    said: (what) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!what.test(stdout)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        const never = (ran: Ran): void => reject(new Error(`never said ${String(what)}: ${JSON.stringify(ran)}`));
        ended.then(never, reject);
      }),
    signal: (signal) => void child.kill(signal),
    ended: () => ended,
  };
}

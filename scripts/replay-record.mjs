// `npm run replay:record`: plays every scenario of the saga on a real Temporal server and keeps a history of each for the
// replay tests. Prints what is new, changed, kept and removed; `--all` writes every history anew.
import { spawnSync } from 'node:child_process';

const usage = 'Usage: npm run replay:record [-- --all]';
if (process.argv.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
const unknown = process.argv.slice(2).filter((argument) => argument !== '--all');
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(' ')}\n${usage}`);
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--config', 'test/replay/record.jest.config.cjs', '--runInBand'],
  {
    stdio: 'inherit',
    cwd: new URL('..', import.meta.url),
    env: { ...process.env, REPLAY_RECORD_ALL: process.argv.includes('--all') ? '1' : '' },
  },
);
process.exitCode = status ?? 1;

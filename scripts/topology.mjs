// `npm run test:topology`: runs what docker-compose.yml describes, without docker: its jobs, programs, health checks and roles, with
// Temporal's server on Postgres. Needs Go (it builds that server once, 3 minutes) and `psql`.
import { spawnSync } from 'node:child_process';
import { buildIfNeeded } from './build.mjs';
import { ensureInstalled } from './ensure-installed.mjs';

if (process.argv.length > 2) {
  console.error('Usage: npm run test:topology');
  process.exit(process.argv[2] === '--help' ? 0 : 2);
}
const say = (line) => console.error(line);
for (const [command, flag] of [
  ['go', 'version'],
  ['psql', '--version'],
]) {
  if (spawnSync(command, [flag]).status === 0) continue;
  say(`${command} is needed, and is not on PATH`);
  process.exit(78);
}
ensureInstalled(say);
buildIfNeeded(say);
const { status } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--config', 'test/topology/topology.jest.config.cjs', '--runInBand'],
  { stdio: 'inherit', cwd: new URL('..', import.meta.url) },
);
process.exitCode = status ?? 1;

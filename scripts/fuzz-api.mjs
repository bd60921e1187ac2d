// `npm run fuzz:api`: sends made-up requests to the real API over a stack of its own, and fails where one is answered by a 5xx other
// than 503, or tells of the inside. Each request is made of the seed and its number.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';

const usage = 'Usage: npm run fuzz:api [-- --requests <n> (5000) --seed <n> (1)]';
const { requests, seed } = readOptions();
ensureInstalled((line) => console.error(line));
const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', 'test/integration/api.fuzz.test.ts'], {
  stdio: 'inherit',
  cwd: new URL('..', import.meta.url),
  env: { ...process.env, API_FUZZ_REQUESTS: requests, API_FUZZ_SEED: seed },
});
process.exitCode = status ?? 1;

function readOptions() {
  try {
    const option = (value) => ({ type: 'string', default: value });
    const { values } = parseArgs({ options: { requests: option('5000'), seed: option('1') } });
    if (Object.values(values).every((value) => /^[1-9][0-9]{0,6}$/.test(value))) return values;
  } catch {
    // told below
  }
  console.error(usage);
  process.exit(2);
}

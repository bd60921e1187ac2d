// `npm test`: lint-free, self-contained, every suite once. Prints each suite as it runs and one total at the end.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const extra = process.argv.slice(2);
if (extra.includes('--help')) {
  console.log('Usage: npm test [-- jest options and test files]');
  process.exit(0);
}
const results = mkdtempSync(join(tmpdir(), 'settlement-tests-'));
const startedAt = performance.now();
let passed = 0;
let failed = 0;
/** What failed, said once more at the very end of a long output. */
const red = [];

function failuresOf({ name, message, assertionResults }) {
  const tests = assertionResults.filter(({ status }) => status === 'failed');
  // A file that could not even be loaded has no test that failed.
  if (tests.length === 0) return assertionResults.length === 0 && message ? [`${name}\n${message}`] : [];
  return tests.map(({ fullName, failureMessages }) => `${name}: ${fullName}\n${failureMessages.join('\n')}`);
}

function suite(name, args, count) {
  const at = performance.now();
  console.error(`\n== ${name}`);
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  const counted = count(status ?? 1, stdout);
  passed += counted.passed;
  failed += counted.failed;
  const seconds = ((performance.now() - at) / 1000).toFixed(1);
  if (counted.failed > 0) console.error(stdout);
  console.error(`== ${name}: ${counted.passed} passed, ${counted.failed} failed in ${seconds} s`);
}

const jestResult = join(results, 'jest.json');
suite('jest', ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${jestResult}`, ...extra], (status) => {
  const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(
    readFileSync(jestResult, 'utf8'),
  );
  red.push(...testResults.flatMap(failuresOf));
  // A suite that could not even be loaded counts no test, and must not count as none failed.
  const failures = numFailedTests || numFailedTestSuites || (status === 0 ? 0 : 1);
  return { passed: numPassedTests, failed: failures };
});

// Arguments choose among jest's tests; only a full run includes the contracts'.
if (extra.length === 0) {
  suite('contracts', ['scripts/contracts/test.mjs', '--quick'], (status, stdout) => {
    const [, tests, failures] = /(\d+) passed, (\d+) failed\s*$/.exec(stdout) ?? ['', '0', '1'];
    return { passed: Number(tests), failed: Number(failures) || (status === 0 ? 0 : 1) };
  });
}

rmSync(results, { recursive: true, force: true });
for (const failure of red) console.error(`\nFAILED ${failure.split('\n').slice(0, 12).join('\n')}`);
console.error(`\nin ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

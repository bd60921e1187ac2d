// Runs forge in a directory that holds foundry.toml and the contracts.
import { spawn } from 'node:child_process';
import { foundryBinary } from './tools.mjs';

/** How long the random tests run. */
export const profiles = {
  full: { FOUNDRY_FUZZ_RUNS: '10000', FOUNDRY_INVARIANT_RUNS: '20' },
  quick: { FOUNDRY_FUZZ_RUNS: '300', FOUNDRY_INVARIANT_RUNS: '2' },
  mutant: { FOUNDRY_FUZZ_RUNS: '100', FOUNDRY_INVARIANT_RUNS: '5', FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: '1' },
};

function start(directory, options, environment, stdio) {
  // Somebody's own settings (a keystore, another profile) must not change what is tested; the seed may be chosen.
  const { FOUNDRY_FUZZ_SEED: seed, ...rest } = process.env;
  const inherited = Object.fromEntries(Object.entries(rest).filter(([name]) => !/^(FOUNDRY|DAPP)_/.test(name)));
  const env = {
    ...inherited,
    ...(seed && { FOUNDRY_FUZZ_SEED: seed }),
    ...environment,
    FOUNDRY_DISABLE_NIGHTLY_WARNING: '1',
  };
  return spawn(foundryBinary('forge'), options, { cwd: directory, env, stdio });
}

/** Runs all tests, shows forge's own output, and returns how many passed and failed. */
export async function runTests({ directory, profile, threads = 2, log }) {
  const child = start(directory, ['test', '-j', String(threads)], profiles[profile], ['ignore', 'pipe', 'pipe']);
  const counts = { passed: 0, failed: 0 };
  let rest = '';
  const onText = (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const total = /^Ran \d+ test suites? in .*: (\d+) tests? passed, (\d+) failed/.exec(line);
      if (total) Object.assign(counts, { passed: Number(total[1]), failed: Number(total[2]) });
      // A sequence of an invariant's failure is hundreds of lines of calldata.
      if (!line.includes('sender=')) log(line);
    }
  };
  child.stdout.setEncoding('utf8').on('data', onText);
  child.stderr.setEncoding('utf8').on('data', onText);
  const exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (rest) log(rest);
  // Not one test ran: the contracts or the tests did not compile.
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/**
 * Runs the tests that the options choose and returns the failed ones; throws if nothing could be run.
 * @returns {Promise<{ ran: number, failures: { test: string, reason: string }[] }>}
 */
export async function findFailures({ directory, options, timeoutMs }) {
  const child = start(directory, ['test', '--json', '-j', '1', ...options], profiles.mutant, [
    'ignore',
    'pipe',
    'pipe',
  ]);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(timer);
  const line = stdout.split('\n').find((text) => text.startsWith('{"contracts/'));
  if (!line) throw new Error(`forge ran no tests: ${(stderr || stdout).trim().slice(0, 2000)}`);
  const failures = [];
  let ran = 0;
  for (const [suite, { test_results: results }] of Object.entries(JSON.parse(line))) {
    for (const [test, { status, reason }] of Object.entries(results)) {
      ran += 1;
      if (status === 'Failure')
        failures.push({ test: `${suite.split(':')[1]}.${test.split('(')[0]}`, reason: reason ?? '' });
    }
  }
  return { ran, failures };
}

// The contracts' tests: npm run test:contracts
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryRoot } from './compile.mjs';
import { runTests } from './forge.mjs';
import { measureGas } from './gas.mjs';
import { runMutants } from './run-mutants.mjs';

/** Burn and mint of one settlement in a batch of a hundred, calldata and the transaction's own gas included. */
const maxGasPerSettlement = 110_000;

const usage = `Usage: npm run test:contracts [-- options]

  (nothing)    drift check of the generated files, all Foundry tests (10,000 runs a fuzz test), gas on two real chains
  --quick      the same tests with fewer random runs, no gas report
  --gas        the gas report only
  --mutants    planted bugs only: each must turn a test red
  --only TEXT  those with TEXT in their name
  --json       one JSON object as the last line of stdout`;

const log = (line = '') => console.log(line);

function printTable(header, rows) {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => String(row[i]).length)));
  const isNumber = header.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number'));
  const format = (row) =>
    row.map((cell, i) => (isNumber[i] ? String(cell).padStart(widths[i]) : String(cell).padEnd(widths[i]))).join('  ');
  log(format(header));
  log(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of rows) log(format(row));
}

async function checkGenerated() {
  const child = spawn(process.execPath, [join(repositoryRoot, 'scripts/contracts/generate.mjs'), '--check'], {
    stdio: 'inherit',
  });
  const exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return exitCode === 0;
}

async function reportGas() {
  const batchSizes = [1, 10, 100];
  const report = await measureGas({ batchSizes, log });
  log();
  printTable(
    ['operation', 'batch', 'gas', 'gas/operation', 'calldata gas/op', 'gas limit', 'note'],
    report.rows.map((row) => [
      row.kind,
      row.count,
      row.gasUsed,
      row.gasPerOperation,
      row.calldataGasPerOperation,
      row.gasLimit,
      row.note,
    ]),
  );
  log();
  printTable(
    ['batch', 'burn + mint a settlement', 'to a new recipient'],
    batchSizes.map((size) => [
      size,
      report.perSettlement[size].burnAndMint,
      report.perSettlement[size].burnAndMintToNewRecipient,
    ]),
  );
  const seen = report.perSettlement[100].burnAndMint;
  const passed = seen <= maxGasPerSettlement;
  log();
  log(`${passed ? 'ok  ' : 'FAIL'}  ${seen} gas a settlement in a batch of 100, at most ${maxGasPerSettlement}`);
  return { passed, report };
}

async function testMutants(only) {
  const results = await runMutants({ only, log });
  log();
  printTable(
    ['mutant', 'result', 'killed by', 'invariants violated'],
    results.map(({ name, killed, killedBy, violated, error }) => [
      name,
      killed ? 'killed' : 'SURVIVED',
      error ? `could not be run: ${error.split('\n')[0]}` : (killedBy ?? 'nothing'),
      violated?.join(' ') ?? '',
    ]),
  );
  return results;
}

async function main() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      gas: { type: 'boolean', default: false },
      mutants: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return log(usage);
  const startedAt = Date.now();
  const result = { passed: 0, failed: 0 };
  const count = (passed) => (passed ? (result.passed += 1) : (result.failed += 1));

  if (values.mutants) {
    result.mutants = await testMutants(values.only);
    for (const { killed } of result.mutants) count(killed);
  } else {
    if (!values.gas) {
      log('generated files');
      count(await checkGenerated());
      log('forge');
      const tests = await runTests({ directory: repositoryRoot, profile: values.quick ? 'quick' : 'full', log });
      result.passed += tests.passed;
      result.failed += tests.failed;
    }
    if (!values.quick || values.gas) {
      const { passed, report } = await reportGas();
      result.gas = report;
      count(passed);
    }
  }

  result.seconds = Math.round((Date.now() - startedAt) / 1000);
  log();
  log(`${result.seconds} s`);
  log(`${result.passed} passed, ${result.failed} failed`);
  if (values.json) log(JSON.stringify(result));
  process.exitCode = result.failed === 0 ? 0 : 1;
}

await main();

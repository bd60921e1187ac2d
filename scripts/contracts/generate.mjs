// Compiles the contracts and writes their ABI and bytecode for the TypeScript side to src/chains/generated.
//
//   node scripts/contracts/generate.mjs            write the files
//   node scripts/contracts/generate.mjs --check    write nothing; exit 1 if a committed file differs from a fresh compile
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, fromRoot, repositoryRoot } from './compile.mjs';

const outputDirectory = join(repositoryRoot, 'src/chains/generated');

const targets = [
  { name: 'SettlementGateway', source: 'contracts/src/SettlementGateway.sol' },
  { name: 'SettlementToken', source: 'contracts/src/SettlementToken.sol' },
  { name: 'AccessManager', source: '@openzeppelin/contracts/access/manager/AccessManager.sol' },
];

const header = '// Generated from the Solidity sources, do not edit: npm run contracts:generate\n\n';

/** One entry of the ABI a line: short to read, and a change to a function shows as a change to its line. */
function render(name, contract) {
  const prefix = name[0].toLowerCase() + name.slice(1);
  const entries = contract.abi.map((entry) => `  ${JSON.stringify(entry)},\n`).join('');
  const text =
    header +
    `export const ${prefix}Abi = [\n${entries}] as const;\n\n` +
    `export const ${prefix}Bytecode = '0x${contract.evm.bytecode.object}' as const;\n`;
  return { file: join(outputDirectory, `${prefix}.ts`), text };
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return '';
  }
}

function main() {
  const check = process.argv.includes('--check');
  const contracts = compile(targets.map((target) => target.source));
  const files = targets.map(({ name, source }) => render(name, contracts[source][name]));

  let drifted = 0;
  mkdirSync(outputDirectory, { recursive: true });
  for (const { file, text } of files) {
    const same = readOrEmpty(file) === text;
    if (!same) drifted += 1;
    if (!same && !check) writeFileSync(file, text);
    console.log(`${same ? 'up to date' : check ? 'DRIFT     ' : 'written   '}  ${fromRoot(file)}`);
  }
  if (check && drifted > 0) {
    console.error(`${drifted} generated file(s) differ from the contracts: run npm run contracts:generate`);
    process.exitCode = 1;
  }
}

main();

// The one place that knows how our contracts are compiled. Forge gets the same settings through foundry.toml.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export const settings = {
  optimizer: { enabled: true, runs: 1_000_000 },
  viaIR: true,
  evmVersion: 'cancun',
  // Without the metadata's hash an edited comment does not change the bytecode.
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
};

/** Solidity's advice about transient storage: OpenZeppelin's re-entrancy guard clears it at the end of the call. */
const toleratedWarnings = new Set(['2394']);

/** Our own files are named from the repository's root, everything else is an npm package. */
function readSource(name) {
  if (name.startsWith('contracts/')) return readFileSync(join(repositoryRoot, name), 'utf8');
  return readFileSync(require.resolve(name), 'utf8');
}

/**
 * Compiles the given sources (paths from the repository's root, or npm paths) and returns solc's contracts by source.
 *
 * @example compile(['contracts/src/SettlementToken.sol'])['contracts/src/SettlementToken.sol'].SettlementToken.abi
 */
export function compile(sourceNames) {
  const solc = require('solc');
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(sourceNames.map((name) => [name, { content: readSource(name) }])),
    settings: { ...settings, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } },
  };
  const findImports = (name) => {
    try {
      return { contents: readSource(name) };
    } catch (error) {
      return { error: String(error.message) };
    }
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImports }));
  const problems = (output.errors ?? []).filter(
    (problem) => problem.severity !== 'info' && !toleratedWarnings.has(problem.errorCode),
  );
  if (problems.length > 0) throw new Error(problems.map((problem) => problem.formattedMessage).join('\n'));
  return output.contracts;
}

/** A path as it is shown and stored: from the repository's root, with forward slashes. */
export function fromRoot(path) {
  return relative(repositoryRoot, path).split(sep).join('/');
}

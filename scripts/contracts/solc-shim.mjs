#!/usr/bin/env node
// What forge takes for the `solc` binary: the compiler of the npm package, because forge would have to download one. Forge hands
// over the content of every source, so there is nothing to read from disk, and its path options (--allow-paths, --base-path,
// --include-path), which solcjs refuses, can be ignored.
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const require = createRequire(import.meta.url);
const options = process.argv.slice(2);

if (options.includes('--version')) {
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${require('solc').version()}`);
} else if (options.includes('--standard-json')) {
  const input = await text(process.stdin);
  process.stdout.write(require('solc').compile(input));
} else {
  console.error('solc-shim knows --version and --standard-json');
  process.exitCode = 1;
}

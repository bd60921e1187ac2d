#!/usr/bin/env node
// `settle`: dist/cli/main.js in this very process, so that its signals, its terminal and its exit code are its own.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', 'cli', 'main.js');
if (!existsSync(main)) {
  console.error('settle is not built yet: npm start (or npm run build) builds it');
  process.exit(78);
}
await createRequire(import.meta.url)(main).main();

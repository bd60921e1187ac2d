#!/usr/bin/env node
// `settle`: runs dist/cli/main.js as a program of its own, so that its signals and its exit code are its own.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', 'cli', 'main.js');
if (!existsSync(main)) {
  console.error('settle is not built yet: npm start (or npm run build) builds it');
  process.exit(78);
}
const child = spawn(process.execPath, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl-C reaches it from the terminal too; it says what happens to what it waits for.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));

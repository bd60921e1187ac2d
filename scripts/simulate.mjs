// `npm run simulate`: settlements through thousands of made-up bad days, each replayable by its number; see docs/simulation.md.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensure-installed.mjs';

ensureInstalled((line) => console.error(line));
const { requireTypeScript } = await import('./typescript.mjs');
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { runSimulate } = requireTypeScript(join(root, 'test', 'simulation', 'runSimulate'));
process.exitCode = await runSimulate(process.argv.slice(2));

// `npm run model`: explores every interleaving of one settlement, with all rules on and with each one dropped; see docs/model.md.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensure-installed.mjs';

ensureInstalled((line) => console.error(line));
const { requireTypeScript } = await import('./typescript.mjs');
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { runModel } = requireTypeScript(join(root, 'test', 'model', 'runModel'));
process.exitCode = runModel(process.argv.slice(2));

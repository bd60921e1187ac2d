// `npm run chaos`: injects real faults into a world of its own and holds it against the invariants; see docs/chaos.md.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensure-installed.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => console.error(line);
ensureInstalled(say);
// Workers run as they ship: compiled, in processes of their own.
const { buildIfNeeded } = await import('./build.mjs');
// A copy with a planted bug (npm run chaos -- --mutants) is built by who planted it.
if (!process.argv.includes('--built')) buildIfNeeded(say);
const { requireTypeScript } = await import('./typescript.mjs');
const { runChaos } = requireTypeScript(join(root, 'test', 'chaos', 'runChaos'));
const code = await runChaos(process.argv.slice(2));
// Whatever idle handle is left must not keep a finished run's process.
process.exit(code);

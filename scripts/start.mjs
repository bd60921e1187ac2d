// `npm start`: from a fresh clone to a running stack with its demo. Plain JavaScript on Node's built-ins until packages are
// installed and dist/ is built; then dist/local/runStack.js takes over in this process.
import { parseArgs } from 'node:util';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';

const leastNode = [20, 3];
const usage = `Usage: npm start [-- options]

Starts the local stack: a Temporal server, the chains alder and birch, a worker; runs three demo settlements, prints every
URL, and stays up until Ctrl-C. State is kept in .settlement/ and found again by the next start.

  --exit          stop after the demo; the exit code tells whether all was as promised
  --no-demo       no demo
  --fresh         remove what earlier runs left first
  --folder <dir>  keep the state there instead (a second stack beside the first)
  --help          this text`;

const startedAt = performance.now();
const say = (line) => console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);

const options = parseOptions();
checkNode();
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { ensureInstalled } = await import('./ensure-installed.mjs');
ensureInstalled(say);
const { buildIfNeeded } = await import('./build.mjs');
buildIfNeeded(say);
const { runStack } = createRequire(import.meta.url)(join(root, 'dist', 'local', 'runStack.js'));
const code = await runStack({
  folder: resolve(options.folder ?? join(root, '.settlement')),
  exit: options.exit,
  demo: !options['no-demo'],
  fresh: options.fresh,
  startedAt,
});
// Whatever idle handle is left must not keep a stopped stack's process.
process.exit(code);

function parseOptions() {
  const flag = { type: 'boolean', default: false };
  try {
    const { values } = parseArgs({
      options: { exit: flag, 'no-demo': flag, fresh: flag, folder: { type: 'string' }, help: flag },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return values;
  } catch (error) {
    console.error(`${error.message.split('\n')[0]}\n\n${usage}`);
    process.exit(2);
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])) return;
  console.error(`Node ${leastNode.join('.')} or later is needed, this is ${process.version}`);
  process.exit(78);
}

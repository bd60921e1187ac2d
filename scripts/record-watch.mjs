// `npm run record:watch`: a stack of its own, one settlement on it, and what `settle watch` draws meanwhile, in the README.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

if (process.argv.length > 2) {
  console.error(
    'Usage: npm run record:watch\n\nWrites what settle watch draws into README.md, from a settlement on a stack of its own.',
  );
  process.exit(process.argv.slice(2).join() === '--help' ? 0 : 2);
}
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => console.error(line);
const { ensureInstalled } = await import('./ensure-installed.mjs');
ensureInstalled(say);
const { buildIfNeeded } = await import('./build.mjs');
buildIfNeeded(say);
const load = (path) => createRequire(import.meta.url)(join(root, 'dist', path));
const { startStack } = load('local/stack.js');
const { run } = load('cli/main.js');
const { createSettlementClient } = load('client/createSettlementClient.js');
const { isOver } = load('client/progress/isOver.js');
const { createStyle } = load('cli/style.js');
const { renderProgress } = load('cli/watch/renderProgress.js');

const id = 'rent-2026-11';
const folder = mkdtempSync(join(tmpdir(), 'settlement-record-'));
const stack = await startStack({ folder, fresh: true, say });
try {
  const order = ['--from', 'alder', '--to', 'birch', '--amount', '12.5', '--holder', 'alice', '--recipient', 'bob'];
  const code = await run(['-c', join(folder, 'config.json'), '-o', 'jsonl', 'start', '--id', id, ...order]);
  if (code !== 0) throw new Error(`settle start exited ${code}`);
  intoReadme(await record(stack.config));
} finally {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
}
// Whatever idle handle is left must not keep a finished run's process.
process.exit(0);

/** The first drawing of each state: elapsed times alone make none. */
async function record(config) {
  const client = await createSettlementClient(config);
  const reader = client.progress(id);
  const frames = [];
  let before = '';
  for (;;) {
    const progress = await reader.look();
    const state = JSON.stringify(progress.steps.map(({ step, state, confirmations }) => [step, state, confirmations]));
    const view = { nowMs: Date.now(), columns: 110, style: createStyle(false) };
    if (state !== before) frames.push(renderProgress(config, progress, view).join('\n'));
    before = state;
    if (isOver(progress)) break;
    await pause(100);
  }
  await client.close();
  return `$ settle watch ${id}\n${frames.join('\n\n')}\n`;
}

function intoReadme(text) {
  const readme = join(root, 'README.md');
  const [start, end] = ['<!-- watch:start -->\n', '<!-- watch:end -->'];
  const page = readFileSync(readme, 'utf8');
  const [from, to] = [page.indexOf(start) + start.length, page.indexOf(end)];
  if (from < start.length || to < from) throw new Error(`README.md has no ${start.trim()} ... ${end}`);
  writeFileSync(readme, `${page.slice(0, from)}\n\`\`\`text\n${text}\`\`\`\n\n${page.slice(to)}`);
}

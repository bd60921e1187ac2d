// `npm run screenshots`: a stack of its own, settlements in every state on it, and pictures of the live page in docs/images.
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

if (process.argv.includes('--help')) {
  console.log('Usage: npm run screenshots');
  process.exit(0);
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => console.error(line);
const { ensureInstalled } = await import('./ensure-installed.mjs');
ensureInstalled(say);
const { chromiumArguments, ensureChromium } = await import('./ensure-chromium.mjs');
const executablePath = ensureChromium(say);
const { buildIfNeeded } = await import('./build.mjs');
buildIfNeeded(say);
const { chromium } = await import('playwright-core');
const load = (path) => createRequire(import.meta.url)(join(root, 'dist', path));
const { startStack } = load('local/stack.js');
const { demo } = load('local/demo.js');
const { createDeployer } = load('local/createDeployer.js');
const { devAccounts } = load('local/devAccounts.js');
const { createSettlementClient } = load('client/createSettlementClient.js');
const { run: settle } = load('cli/main.js');

// A stack of its own: nobody's server or ledger that the environment names.
for (const name of Object.keys(process.env)) if (/^TEMPORAL_|^DATABASE_URL$/.test(name)) delete process.env[name];

const images = join(root, 'docs', 'images');
const mostBytes = 200 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'settlement-screenshots-'));
const stack = await startStack({ folder, fresh: true, say });
const client = await createSettlementClient(stack.config);
const browser = await chromium.launch({ executablePath, args: chromiumArguments });
try {
  await demo(stack, true, say);
  await needAnOperator('invoice-2026-118');
  await beUnderWay(['rent-2026-11', 'rent-2026-12', 'payroll-0931']);
  mkdirSync(images, { recursive: true });
  await picture('page-overview.png', '#/', { width: 1200, height: 900 }, 'light');
  await picture('page-settlement.png', `#/settlement/${await refusedId()}`, { width: 1200, height: 900 }, 'dark');
  await picture('page-phone.png', '#/', { width: 375, height: 812 }, 'light');
} finally {
  await browser.close();
  await client.close();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
}
// Whatever idle handle is left must not keep a finished run's process.
process.exit(0);

/** A mint that is refused, and a holder who is frozen before the tokens come back. */
async function needAnOperator(id) {
  await start(id, 'mallory', '40');
  await until(() => isBurned(id));
  await write(0, 'deployer', 'token', 'settlementToken', 'freeze', [devAccounts().alice.address, true]);
  await until(async () => (await client.get(id)).needsOperator);
  await write(0, 'deployer', 'token', 'settlementToken', 'freeze', [devAccounts().alice.address, false]);
}

/** Burned, and the destination is paused before they are minted. */
async function beUnderWay(ids) {
  await Promise.all(ids.map((id, index) => start(id, 'bob', ['1250', '1250', '48230.75'][index])));
  await until(async () => (await Promise.all(ids.map(isBurned))).every(Boolean));
  await write(1, 'pauser', 'gateway', 'settlementGateway', 'setPausedAll', [true]);
}

async function isBurned(id) {
  return (await client.progress(id).look()).steps[1].block !== null;
}

async function refusedId() {
  for await (const { settlementId } of client.list()) if (settlementId.endsWith('-refused')) return settlementId;
  throw new Error('the demo left no refused settlement');
}

async function start(id, recipient, amount) {
  const order = ['--id', id, '--from', 'alder', '--to', 'birch', '--amount', amount, '--holder', 'alice'];
  const code = await settle([
    '-c',
    join(folder, 'config.json'),
    '-o',
    'json',
    'start',
    ...order,
    '--recipient',
    recipient,
  ]);
  if (code !== 0) throw new Error(`settle start exited ${code}`);
}

async function write(chainIndex, account, contract, abiName, functionName, args) {
  const chain = stack.deployment.chains[chainIndex];
  const abi = load(`chains/generated/${abiName}.js`)[`${abiName}Abi`];
  const deployer = await createDeployer(chain, devAccounts()[account]);
  await deployer.write({ address: chain[contract], abi, functionName, args });
}

async function picture(name, hash, viewport, colorScheme) {
  const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: viewport.width < 500 ? 2 : 1 });
  const page = await context.newPage();
  await page.goto(stack.pageUrl);
  await page.goto(`${stack.info.apiUrl}/${hash}`);
  await page.locator('main .card').first().waitFor();
  await page.locator('main time').first().waitFor();
  if (hash === '#/') await page.locator('.verdict.good').waitFor();
  const path = join(images, name);
  await page.screenshot({ path });
  await context.close();
  const { size } = statSync(path);
  say(`${name}: ${(size / 1024).toFixed(0)} KiB`);
  if (size > mostBytes) throw new Error(`${name} has ${size} bytes; at most ${mostBytes}`);
}

async function until(holds) {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited 60 s for: ${holds}`);
    await pause(50);
  }
}

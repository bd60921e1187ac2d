import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { signOrder } from '../../src/client';
import type { SignedOrder } from '../../src/domain/order';
import { parseOrder } from '../../src/domain/parseOrder';
import { devAccounts } from '../../src/local/devAccounts';
import { findTemporalServer } from '../../src/local/findTemporalServer';
import { projectRoot } from '../../src/local/projectRoot';
import { privateKeyToAccount } from 'viem/accounts';
import { readEnvironment } from '../../src/config';
import { startTestApi, type TestApi } from '../support/startTestApi';
import { startTestStack, type TestStack } from '../support/testStack';

const root = projectRoot();
const page = 'docs/integrate.md';

/** What docs/integrate.md tells its reader, done as written on a real stack: every file and every command, in order. */
describe('docs/integrate.md', () => {
  let stack: TestStack;
  let api: TestApi;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    // As npm start has it: a receiver of webhooks on this machine.
    const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as object;
    writeFileSync(stack.configPath, JSON.stringify({ ...json, api: { allowPrivateWebhooks: true } }));
    await stack.startWorker();
    api = await startTestApi(stack);
    folder = readersFolder(stack, api.url);
    env = await readersEnvironment(stack, folder);
  });
  afterAll(async () => {
    await api.close();
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every command works as written, and moves what it says once', async () => {
    const { code, output } = await run(['scripts/docs-check.mjs', '--here', folder, page], root, env);
    expect(output).toMatch(/^\d{2,} passed, 0 failed$/m);
    expect(code).toBe(0);

    for (const id of ['shop-1042', 'shop-1043', 'shop-1044', 'shop-1045']) {
      expect(await stack.inLedger(id)).toMatchObject({ settlementId: id, status: 'COMPLETED' });
      expect((await stack.operationsOf(id)).map(({ kind }) => kind)).toEqual([0, 2]);
    }
    expect(await stack.inLedger('shop-1046')).toBeUndefined();
    expect(await stack.inLedger('shop-1042')).toMatchObject({ amount: '12500000' });
  });

  test('what it signs with viem and in a wallet is what the library signs', async () => {
    const { order, signature } = readSigned(join(folder, 'signed-order.json'));
    const alice = privateKeyToAccount(devAccounts().alice.privateKey);
    const [source] = stack.config.chains;
    if (!source) throw new Error('no chain');
    expect(await signOrder(parseOrder(order), source.gateway, alice)).toEqual({ order, signature });

    // A wallet is played by the node itself: it has eth_signTypedData_v4 and the key of alice.
    writeFileSync(join(folder, 'walletDriver.mjs'), walletDriver(source.rpcUrl ?? '', order.holder));
    const own = { ...env, API: api.url, TOKEN: api.token };
    const signed = await run(['walletDriver.mjs', 'signed-order.json'], folder, own);
    expect({ ...signed, output: JSON.parse(signed.output) as unknown }).toEqual({
      code: 0,
      output: { order, signature },
    });
  });

  test('a command that does not work would be seen', async () => {
    writeFileSync(join(folder, 'README.md'), '# A page\n');
    writeFileSync(
      join(folder, 'page.md'),
      ['```sh', 'true', 'npx settle show nobody', `curl -s ${api.url}/v2`, '```', '`npx settle nonsense`', ''].join(
        '\n',
      ),
    );
    const { code, output } = await run([join(root, 'scripts/docs-check.mjs'), '--here', folder, 'page.md'], root, env);
    expect(output).toMatch(/^1 passed, 3 failed$/m);
    expect(code).toBe(1);
  });
});

function readSigned(file: string): SignedOrder {
  return JSON.parse(readFileSync(file, 'utf8')) as SignedOrder;
}

/** As a clone beside its running stack: stack.json, and the packages that npm would have put there. */
function readersFolder(stack: TestStack, apiUrl: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'settlement-reader-'));
  mkdirSync(join(folder, '.settlement'));
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules', 'cross-chain-settlement'));
  symlinkSync(join(root, 'node_modules', 'viem'), join(folder, 'node_modules', 'viem'));
  symlinkSync(join(root, 'bin', 'settle.mjs'), join(folder, 'node_modules', '.bin', 'settle'));
  // A clone has them too: what the page names is looked up there.
  for (const name of ['package.json', 'scripts', 'dist']) symlinkSync(join(root, name), join(folder, name));
  const { alice, bob, carol } = devAccounts();
  const chains = stack.config.chains.map(({ name, chainId, rpcUrl, gateway }) => ({ name, chainId, rpcUrl, gateway }));
  const json = JSON.stringify({ apiUrl, chains, accounts: [alice, bob, carol] });
  // For the page's own files, and beside the configuration, where `settle` looks for the names of accounts.
  for (const place of [join(folder, '.settlement'), dirname(stack.configPath)]) {
    writeFileSync(join(place, 'stack.json'), json);
  }
  return folder;
}

/** Where the test's stack is, which the page's reader finds at its usual places. */
async function readersEnvironment(stack: TestStack, folder: string): Promise<NodeJS.ProcessEnv> {
  const { address, taskQueue } = stack.config.temporal;
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const { path, cacheDir } = readEnvironment();
  const { binary } = await findTemporalServer({ path, cacheDir, say: () => undefined });
  symlinkSync(binary, join(bin, 'temporal'));
  return {
    ...process.env,
    PATH: [bin, process.env.PATH].join(delimiter),
    SETTLEMENT_CONFIG: stack.configPath,
    TEMPORAL_ADDRESS: address,
    TASK_QUEUE: taskQueue,
  };
}

/** wallet.mjs as a page would use it. MOCK: window.ethereum hands everything to the node, and needs no switching of chains. */
function walletDriver(rpcUrl: string, holder: string): string {
  return `
import { readFileSync } from 'node:fs';
import { readInfo } from './order.mjs';
import { signInWallet } from './wallet.mjs';

const answers = { eth_requestAccounts: ['${holder.toLowerCase()}'], wallet_switchEthereumChain: null };
async function request({ method, params }) {
  if (method in answers) return answers[method];
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const { result, error } = await (await fetch('${rpcUrl}', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json();
  if (error) throw new Error(error.message);
  return result;
}
globalThis.window = { ethereum: { request } };
const { order } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const info = await readInfo();
const { eip712Domain: domain } = info.chains.find(({ chainId }) => chainId === order.sourceChainId);
const typedData = { domain, types: info.eip712Types, primaryType: 'SettlementOrder', message: order };
console.log(JSON.stringify(await signInWallet(typedData)));
`;
}

async function run(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, output };
}

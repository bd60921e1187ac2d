import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAnvil, type Anvil } from '../../src/local/anvil';
import { readHead, readMark, type ChainMark } from '../../src/local/chainMark';
import { deployChainPair, type DeployedChain } from '../../src/local/deploy';
import { devAccounts } from '../../src/local/devAccounts';
import { freePort } from '../../src/local/freePort';
import { keepChain } from '../../src/local/keepChain';
import { rpcCall } from '../../src/local/rpcCall';
import { saveChainState } from '../../src/local/saveChainState';
import { verifyChainMark } from '../../src/local/verifyChainMark';

const { alice, bob } = devAccounts();

let folder: string;
let statePath: string;
let markPath: string;
let anvil: Anvil;
let chain: DeployedChain;
let ending: AbortController;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stack-chains-'));
  statePath = join(folder, 'alder.json');
  markPath = join(folder, 'alder.mark.json');
  ending = new AbortController();
  await start();
  const deployment = await deployChainPair([anvil]);
  chain = deployment.chains[0] as DeployedChain;
  await saveChainState(anvil.rpcUrl, statePath);
});
afterEach(async () => {
  ending.abort();
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  anvil = await startAnvil({ name: 'alder', chainId: 31337, statePath });
}

function keep() {
  return keepChain({ rpcUrl: anvil.rpcUrl, gateway: chain.gateway, statePath, markPath, ending: ending.signal });
}

function mark(): ChainMark {
  const read = readMark(markPath);
  if (!read) throw new Error('there is no mark');
  return read;
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function height(): Promise<number> {
  return (await readHead(anvil.rpcUrl, 'latest'))?.number ?? -1;
}

/** One transaction, in a block of its own; returns the block's number. */
async function transact(): Promise<number> {
  const transaction = { from: alice.address, to: bob.address, value: '0x1' };
  const hash = await rpcCall<string>(anvil.rpcUrl, 'eth_sendTransaction', [transaction]);
  await until(async () => (await rpcCall(anvil.rpcUrl, 'eth_getTransactionReceipt', [hash])) !== null);
  return height();
}

function stateHeight(): number {
  return (JSON.parse(readFileSync(statePath, 'utf8')) as { best_block_number: number }).best_block_number;
}

test('a graceful stop keeps everything, however often it is done', async () => {
  const { ended } = await keep();
  await transact();
  await until(() => mark().block.number === stateHeight() || stateHeight() > mark().block.number);
  ending.abort();
  await ended;
  for (let round = 0; round < 5; round++) {
    const before = await height();
    await anvil.stop();
    await start();
    expect(await height()).toBe(before);
    await verifyChainMark(anvil, mark());
    await rpcCall(anvil.rpcUrl, 'anvil_mine', ['0x2']);
  }
});

test('a killed chain comes back from its snapshot; empty blocks it lost are no loss', async () => {
  await keep();
  const busy = await transact();
  await until(() => stateHeight() >= busy);
  ending.abort();
  await rpcCall(anvil.rpcUrl, 'anvil_mine', ['0x5']);
  const before = await height();
  anvil.kill('SIGKILL');
  await anvil.exited;
  await start();
  expect(await height()).toBeLessThan(before);
  await expect(verifyChainMark(anvil, mark())).resolves.toBeUndefined();
});

test('a chain that lost a transaction is refused, with the way out', async () => {
  await keep();
  await until(() => stateHeight() >= mark().block.number);
  const busy = await transact();
  await until(() => mark().block.number === busy);
  anvil.kill('SIGKILL');
  ending.abort();
  await anvil.exited;
  await start();
  expect(await height()).toBeLessThan(busy);
  await expect(verifyChainMark(anvil, mark())).rejects.toMatchObject({
    code: 'CHAIN_MISMATCH',
    message: expect.stringMatching(/alder has lost its state: block \d+ .*npm start -- --fresh/) as string,
  });
});

test('another block at the same height, or other code at the gateway, is refused too', async () => {
  await keep();
  await rpcCall(anvil.rpcUrl, 'anvil_setCode', [chain.gateway, '0x6001']);
  await expect(verifyChainMark(anvil, mark())).rejects.toThrow(/the code at its gateway/);
  const forged = { ...mark(), block: { ...mark().block, hash: `0x${'ab'.repeat(32)}` as const } };
  await expect(verifyChainMark(anvil, forged)).rejects.toThrow(/is not there any more/);
});

test('what anvil could not write to its end is not loaded', async () => {
  await transact();
  await saveChainState(anvil.rpcUrl, statePath);
  const saved = await height();
  await anvil.stop();
  const exitDump = `${statePath}.exit`;
  const whole = readFileSync(exitDump, 'utf8');
  writeFileSync(exitDump, whole.slice(0, whole.length / 2));
  await start();
  expect(await height()).toBe(saved);
  expect(existsSync(exitDump)).toBe(false);
});

test('a whole exit dump is taken, and is newer than the snapshot', async () => {
  const stale = join(folder, 'stale.json');
  copyFileSync(statePath, stale);
  const busy = await transact();
  await anvil.stop();
  copyFileSync(stale, statePath);
  await start();
  expect(await height()).toBe(busy);
});

test('blocks follow a transaction until it is final, and then the chain rests', async () => {
  const busy = await transact();
  await keep();
  await until(async () => (await height()) >= busy + 4);
  const rested = await height();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await height()).toBe(rested);
});

test('a chain whose mining is switched off stands still', async () => {
  const busy = await transact();
  await rpcCall(anvil.rpcUrl, 'evm_setAutomine', [false]);
  await keep();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await height()).toBe(busy);
});

test('each of several that want the same port at once has one of its own', async () => {
  const port = await freePort();
  const anvils = await Promise.all([1, 2, 3, 4].map(() => startAnvil({ name: 'birch', chainId: 31_338, port })));
  try {
    expect(new Set(anvils.map(({ rpcUrl }) => rpcUrl)).size).toBe(4);
  } finally {
    await Promise.all(anvils.map(({ stop }) => stop()));
  }
});

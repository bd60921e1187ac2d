import { keccak256, toFunctionSelector, type Hex } from 'viem';
import { createTunedChain, type ConnectedChain } from '../../src/chains/chain';
import { createReverification } from '../../src/chains/createReverification';
import type { Disagreement } from '../../src/chains/endpoints/endpoint';
import { readFinalBlock } from '../../src/chains/readFinalBlock';
import { readFinalSlot } from '../../src/chains/readFinalSlot';
import { readNonce } from '../../src/chains/readNonce';
import { readSlot } from '../../src/chains/readSlot';
import { verifyChain } from '../../src/chains/verifyChain';
import type { FinalityPolicy } from '../../src/config';
import { TransientError } from '../../src/domain/errors';
import type { Slot } from '../../src/domain/slot';
import { startAnvil, type Anvil } from '../../src/local/anvil';
import { devAccounts } from '../../src/local/devAccounts';
import { startGuard, type Guard } from '../../src/local/startGuard';
import { chainConfigFor } from '../support/chainConfigFor';
import { createFaultyProxy, type FaultyProxy, type RpcCall } from '../support/faultyProxy';
import { deployWatchedChain, type WatchedChain } from '../support/watchedChain';

const finalized: FinalityPolicy = { kind: 'finalized' };
const settler = devAccounts().settler.address;
const noSigners = { settler: [], refunder: [], reverser: [] };

let guard: Guard;
let world: WatchedChain;
/** Of the right chain id, with nothing on it. */
let empty: Anvil;
let foreign: Anvil;
/** Three ways to one node; what a node says is changed on the way. */
let nodes: [FaultyProxy, FaultyProxy, FaultyProxy];
const more: FaultyProxy[] = [];
let told: Disagreement[];
/** A burn that is final, and one that is in no block. */
let burned: Awaited<ReturnType<WatchedChain['burn']>>;
let unburned: typeof burned;

beforeAll(async () => {
  guard = await startGuard();
  world = await deployWatchedChain([
    await startAnvil({ name: 'alder', chainId: 31_337, guard }),
    await startAnvil({ name: 'birch', chainId: 31_338, guard }),
  ]);
  empty = await startAnvil({ name: 'empty', chainId: 31_337, guard });
  foreign = await startAnvil({ name: 'foreign', chainId: 31_338, guard });
  [burned, unburned] = await Promise.all([world.burn(), world.burn()]);
  await world.execute([burned]);
  await world.rpc('anvil_mine', '0x14');
});
beforeEach(async () => {
  nodes = [
    await proxyTo(world.deployed.rpcUrl),
    await proxyTo(world.deployed.rpcUrl),
    await proxyTo(world.deployed.rpcUrl),
  ];
  told = [];
});
afterEach(() => Promise.all([...nodes, ...more.splice(0)].map((proxy) => proxy.close())));
afterAll(() => guard.close());

const proxyTo = (url: string): Promise<FaultyProxy> => createFaultyProxy(url);

function chainOver(
  proxies: readonly FaultyProxy[],
  facts: { quorum?: number; finality?: FinalityPolicy; gateway?: Hex; token?: Hex } = {},
): ConnectedChain {
  const { quorum = 2, finality = finalized, gateway, token } = { ...world.deployed, ...facts };
  const config = chainConfigFor(
    proxies.map(({ url }) => `${url}/v3/secret-key`),
    { quorum, finality, gateway, tokens: [{ symbol: 'DEMO', address: token, decimals: 6 }], rpcTimeoutMs: 500 },
  );
  const tuning = { failuresToOpen: 3, halfOpenAfterMs: 20, lookEveryMs: 20, mostFinalBlocksApart: 2n };
  const chain = createTunedChain(config, tuning);
  chain.onDisagreement((one) => told.push(one));
  return chain;
}

/** All of them in use: the first read of a chain waits for no more proofs than make a quorum. */
async function provenOver(...given: Parameters<typeof chainOver>): Promise<ConnectedChain> {
  const chain = chainOver(...given);
  await chain.proveEndpoints();
  return chain;
}

const stateOf = async (chain: ConnectedChain, of = burned): Promise<Slot['state']> =>
  (await readFinalSlot(chain, of)).slot.state;
const hostOf = ({ url }: FaultyProxy): string => new URL(url).host;
const blockBefore = (blocks: bigint) => async (): Promise<unknown> =>
  world.rpc('eth_getBlockByNumber', `0x${((await world.head()).number - blocks).toString(16)}`, false);

async function refusalOf(act: Promise<unknown>): Promise<TransientError> {
  const refusal: unknown = await act.then(
    () => null,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(TransientError);
  return refusal as TransientError;
}

/** That the unburned order is burned: the burned one's slot is shown for every slot. */
async function forgeSlots(...proxies: readonly FaultyProxy[]): Promise<void> {
  const slot = await world.chain(finalized).client.request({
    method: 'eth_call',
    params: [slotCall(burned.settlementKey), 'latest'],
  });
  const isAsked = ({ method, params }: RpcCall): boolean =>
    method === 'eth_call' && JSON.stringify(params).includes(unburned.settlementKey.slice(2));
  const word = unburned.fingerprint.slice(2, 62).padStart(64, '0');
  const forged = `${slot.slice(0, 2 + 128)}${word}`;
  for (const proxy of proxies) proxy.be({ kind: 'lie', lie: (call, truth) => (isAsked(call) ? forged : truth) });
}

function slotCall(settlementKey: Hex): { to: Hex; data: Hex } {
  const selector = toFunctionSelector('function slotOf(bytes32)');
  return { to: world.deployed.gateway, data: `${selector}${settlementKey.slice(2)}` };
}

describe('one of three endpoints, of which two must agree,', () => {
  it('that forges a slot is outvoted, asked last and told of', async () => {
    await forgeSlots(nodes[0]);
    expect(await stateOf(chainOver([nodes[0]], { quorum: 1 }), unburned)).toBe('Burned'); // the forgery is good
    const chain = chainOver(nodes);
    expect(await stateOf(chain, unburned)).toBe('None');
    expect(await stateOf(chain, burned)).toBe('Burned');
    expect(told).toEqual([{ host: hostOf(nodes[0]), what: expect.stringContaining('eth_call: it says "0x') }]);
    expect(chain.endpointStates().map(({ disagreed }) => disagreed)).toEqual([1, 0, 0]);
    nodes[0].reset();
    await stateOf(chain, unburned);
    expect(nodes[0].methods).not.toContain('eth_call');
  });

  it('that forges the latest slot is outvoted as well', async () => {
    await forgeSlots(nodes[1]);
    expect((await readSlot(chainOver(nodes), unburned, 'latest')).state).toBe('None');
    expect(told).toMatchObject([{ host: hostOf(nodes[1]) }]);
  });

  it('that forges a nonce is outvoted and told of', async () => {
    const lie = ({ method }: RpcCall, truth: unknown): unknown =>
      method === 'eth_getTransactionCount' ? '0xffff' : truth;
    nodes[0].be({ kind: 'lie', lie });
    const chain = chainOver(nodes);
    const { hash } = await readFinalBlock(chain);
    expect(await readNonce(chain, settler, hash)).toBeLessThan(1_000);
    expect(told).toMatchObject([{ host: hostOf(nodes[0]) }]);
  });

  it('that shows an old head is outvoted and told of', async () => {
    const old = blockBefore(10n);
    nodes[0].be({ kind: 'lie', lie: ({ params }, truth) => (params[0] === 'latest' ? old() : truth) });
    const chain = await provenOver(nodes, { finality: { kind: 'confirmations', confirmations: 2 } });
    const { number } = await readFinalBlock(chain);
    expect(number).toBe((await world.head()).number - 1n);
    expect(told).toEqual([{ host: hostOf(nodes[0]), what: expect.stringContaining('the latest block') }]);
  });

  it.each([
    ['calls its head final', 0n],
    ['calls an old block final', 10n],
  ])('that %s is outvoted and told of', async (_, blocks) => {
    const said = blockBefore(blocks);
    nodes[0].be({ kind: 'lie', lie: ({ params }, truth) => (params[0] === 'finalized' ? said() : truth) });
    await world.rpc('anvil_mine', '0x1');
    const tuned = await provenOver(nodes);
    expect((await readFinalBlock(tuned)).number).toBe((await world.head()).number - 2n);
    expect(told.length).toBe(blocks === 0n ? 0 : 1); // two blocks apart is what nodes are
  });

  it('that shows another block where the final one is is outvoted and told of', async () => {
    const hash = `0x${'ab'.repeat(32)}`;
    nodes[0].be({
      kind: 'lie',
      lie: ({ params }, truth) => (params[0] === 'finalized' ? { ...(truth as object), hash } : truth),
    });
    expect((await readFinalBlock(await provenOver(nodes))).hash).not.toBe(hash);
    expect(told).toEqual([{ host: hostOf(nodes[0]), what: expect.stringContaining('the finalized block') }]);
  });

  it('that forges a receipt is outvoted', async () => {
    const hash = await world.execute([burned]);
    const lie = ({ method }: RpcCall, truth: unknown): unknown =>
      method === 'eth_getTransactionReceipt' ? { ...(truth as object), status: '0x0', logs: [] } : truth;
    nodes[0].be({ kind: 'lie', lie });
    const receipt = await chainOver(nodes).client.getTransactionReceipt({ hash });
    expect(receipt.status).toBe('success');
    expect(receipt.logs).toHaveLength(1);
  });

  it('that is away, or of another chain, stops nothing', async () => {
    const chain = chainOver([await aside(foreign), nodes[1], nodes[2]]);
    expect(await stateOf(chain)).toBe('Burned');
    expect(new Set(more[0]?.methods)).toEqual(new Set(['eth_chainId', 'eth_blockNumber']));
    const other = chainOver(nodes);
    nodes[0].be({ kind: 'cut' });
    expect(await stateOf(other)).toBe('Burned');
    expect(told).toEqual([]);
  });

  it('that keeps a transaction to itself does not keep it from the chain', async () => {
    const raw = await world.sign([unburned]);
    const hash = keccak256(raw);
    nodes[0].be({ kind: 'swallow', method: 'eth_sendRawTransaction', result: hash });
    await (await provenOver(nodes)).client.sendRawTransaction({ serializedTransaction: raw });
    expect(nodes[0].methods).toContain('eth_sendRawTransaction');
    const deadline = Date.now() + 5_000;
    while ((await world.rpc('eth_getTransactionReceipt', hash)) === null) {
      if (Date.now() > deadline) throw new Error('it is not in');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    unburned = await world.burn();
  });
});

async function aside({ rpcUrl }: Anvil): Promise<FaultyProxy> {
  const proxy = await proxyTo(rpcUrl);
  more.push(proxy);
  return proxy;
}

describe('two of three endpoints', () => {
  it('that lie alike are believed: more than half are trusted not to', async () => {
    await forgeSlots(nodes[0], nodes[2]);
    const chain = chainOver(nodes);
    expect(await stateOf(chain, unburned)).toBe('Burned');
    expect(told).toMatchObject([{ host: hostOf(nodes[1]) }]); // the honest one is told of, which an operator sees
  });

  it('that are away leave all unknown: held, by name of host, and no further', async () => {
    const chain = chainOver(nodes);
    expect(await stateOf(chain)).toBe('Burned');
    nodes[0].be({ kind: 'cut' });
    nodes[1].be({ kind: 'hang' });
    const refusal = await refusalOf(stateOf(chain));
    expect(refusal).toMatchObject({ code: 'CHAIN_UNAVAILABLE', retryable: true });
    expect(refusal.message).toContain('no 2 of 3 endpoints agree on the finalized block');
    for (const node of nodes) expect(refusal.message).toContain(hostOf(node));
    expect(refusal.message).not.toContain('secret-key');
    nodes[1].be({ kind: 'none' });
    await until(async () => (await stateOf(chain)) === 'Burned');
  });

  it('of which one is away and one of another chain leave all unknown, which names both', async () => {
    const other = await aside(foreign);
    nodes[1].be({ kind: 'cut' });
    const refusal = await refusalOf(stateOf(chainOver([other, nodes[1], nodes[2]])));
    expect(refusal.message).toContain(`${hostOf(other)} answers for chain 31338; ${hostOf(nodes[1])} gave no answer`);
  });

  it('that say different things than the third leave all unknown', async () => {
    await forgeSlots(nodes[0]);
    nodes[1].be({
      kind: 'lie',
      lie: ({ method }, truth) => (method === 'eth_call' ? `0x${'00'.repeat(95)}07` : truth),
    });
    const refusal = await refusalOf(stateOf(chainOver(nodes), unburned));
    expect(refusal.message).toContain('no 2 of 3 endpoints agree on eth_call');
    expect(refusal.message).not.toContain('secret-key');
    expect(told).toEqual([]);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('waited 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('what a final slot costs', () => {
  it('at q = 1 is one request for the block and one for the slot, of one endpoint of any number', async () => {
    for (const proxies of [nodes.slice(0, 1), nodes]) {
      const chain = chainOver(proxies, { quorum: 1 });
      await chain.proveEndpoints();
      for (const node of nodes) node.reset();
      await stateOf(chain);
      // With several, the look around that goes on anyway.
      const asked = nodes.map(({ methods }) => methods.filter((method) => !/chainId|blockNumber/.test(method)));
      expect(asked).toEqual([['eth_getBlockByNumber', 'eth_call'], [], []]);
      if (proxies.length === 1) expect(nodes[0].requests).toBe(2);
    }
  });

  it('at q = 2 of 3 is the block from all and the slot from two', async () => {
    const chain = chainOver(nodes);
    await chain.proveEndpoints();
    for (const node of nodes) node.reset();
    await stateOf(chain);
    const asked = nodes.map(({ methods }) => methods.filter((method) => !/chainId|blockNumber/.test(method)));
    expect(asked).toEqual([
      ['eth_getBlockByNumber', 'eth_call'],
      ['eth_getBlockByNumber', 'eth_call'],
      ['eth_getBlockByNumber'],
    ]);
  });
});

describe('another node behind the same address', () => {
  /** What the node behind it says becomes what another one does. */
  const become = (proxy: FaultyProxy, { rpcUrl }: Anvil): void =>
    proxy.be({
      kind: 'lie',
      lie: async ({ method, params }) => {
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
        const reply = (await (await fetch(rpcUrl, { method: 'POST', headers, body })).json()) as { result: unknown };
        return reply.result;
      },
    });

  it.each([1, 2])('of the same chain id without the gateway is not used after a break, at q = %i', async (quorum) => {
    const proxies = quorum === 1 ? nodes.slice(0, 1) : nodes;
    const chain = chainOver(proxies, { quorum });
    await verifyChain(chain, [], noSigners);
    expect(await stateOf(chain)).toBe('Burned');
    nodes[0].be({ kind: 'cut' });
    await stateOf(chain).catch(() => undefined);
    become(nodes[0], empty);
    nodes[0].reset();
    if (quorum === 1) {
      const refusal = await refusalOf(stateOf(chain));
      expect(refusal.message).toContain("has not the gateway's code that was there at start");
    } else {
      expect(await stateOf(chain)).toBe('Burned');
      await chain.proveEndpoints();
    }
    expect(new Set(nodes[0].methods)).toEqual(new Set(['eth_chainId', 'eth_blockNumber', 'eth_getCode']));
    expect(chain.endpointStates()[0]).toMatchObject({ proven: false, chainId: 31_337, gatewayCode: 'none' });
    nodes[0].be({ kind: 'none' });
    await until(async () => (await chain.proveEndpoints())[0]?.gatewayCode === 'same');
    expect(await stateOf(chain)).toBe('Burned');
  });

  it('of other code at the gateway keeps a worker from starting, which names it', async () => {
    nodes[2].be({ kind: 'lie', lie: ({ method }, truth) => (method === 'eth_getCode' ? '0x6001' : truth) });
    await expect(verifyChain(chainOver(nodes), [], noSigners)).rejects.toMatchObject({
      code: 'CHAIN_MISMATCH',
      message: "config: chains.alder.rpcUrls.2: the gateway's code there is not the one of the others",
    });
  });

  it.each([
    ['gateway', { gateway: () => world.deployed.token }, 'a settlement gateway'],
    ['tokens.DEMO.address', { token: () => world.deployed.gateway }, 'a token'],
  ])('configured with another contract as its %s keeps a worker from starting', async (field, wrong, wanted) => {
    const facts = Object.fromEntries(Object.entries(wrong).map(([name, address]) => [name, address()]));
    const chain = chainOver(nodes, facts);
    const all = [chain, chainOver(nodes)];
    await expect(verifyChain(chain, all, noSigners)).rejects.toMatchObject({
      code: 'CHAIN_MISMATCH',
      message: `config: chains.alder.${field}: the contract there is not ${wanted}`,
    });
  });

  it('with other decimals or roles is not signed for after all were away, until it is what it was', async () => {
    const chain = chainOver(nodes.slice(0, 1), { quorum: 1 });
    const mustBeVerified = createReverification(
      chain,
      () => verifyChain(chain, [], noSigners),
      () => undefined,
    );
    await verifyChain(chain, [], noSigners);
    nodes[0].reset();
    await mustBeVerified();
    expect(nodes[0].requests).toBe(0);

    nodes[0].be({ kind: 'cut' });
    await refusalOf(stateOf(chain));
    // Code and chain id as they were; the token's answers are not.
    const isToken = ({ method, params }: RpcCall): boolean =>
      method === 'eth_call' &&
      JSON.stringify(params).toLowerCase().includes(world.deployed.token.toLowerCase().slice(2));
    nodes[0].be({
      kind: 'lie',
      lie: (call, truth) => (isToken(call) ? `0x${'12'.padStart(64, '0')}` : truth),
    });
    await until(async () => (await chain.proveEndpoints())[0]?.proven === true);
    expect(await refusalOf(mustBeVerified())).toMatchObject({
      code: 'CHAIN_MISMATCH',
      message: 'config: chains.alder.tokens.DEMO.decimals: the token says 18',
    });
    nodes[0].be({ kind: 'none' });
    await mustBeVerified();
  });
});

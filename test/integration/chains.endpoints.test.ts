import { keccak256, parseEther, parseGwei, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { askChain, createTunedChain, type ConnectedChain } from '../../src/chains/chain';
import { classifySendError, type SendVerdict } from '../../src/chains/classifySendError';
import type { EndpointTuning } from '../../src/chains/endpoints/endpoint';
import { verifyChain } from '../../src/chains/verifyChain';
import { ConfigError, TransientError } from '../../src/domain/errors';
import { startAnvil, type Anvil } from '../../src/local/anvil';
import { devAccounts } from '../../src/local/devAccounts';
import { rpcCall } from '../../src/local/rpcCall';
import { startGuard, type Guard } from '../../src/local/startGuard';
import { chainConfigFor } from '../support/chainConfigFor';
import { createFaultyProxy, type Fault, type FaultyProxy } from '../support/faultyProxy';

const alice = devAccounts().alice;
const patience: Partial<EndpointTuning> = { failuresToOpen: 3, halfOpenAfterMs: 50, lookEveryMs: 50 };
// Two nodes with the same genesis and the same times of blocks have the same blocks.
const sameChain = ['--timestamp', '1700000000', '--block-time', '3600'];

let guard: Guard;
let node: Anvil;
/** Of the same chain, but it has only the first of its blocks. */
let lagging: Anvil;
let foreign: Anvil;
let first: FaultyProxy;
let second: FaultyProxy;
const more: FaultyProxy[] = [];

beforeAll(async () => {
  guard = await startGuard();
  [node, lagging, foreign] = await Promise.all([
    startAnvil({ name: 'node', chainId: 31_337, guard, extraArgs: sameChain }),
    startAnvil({ name: 'lagging', chainId: 31_337, guard, extraArgs: sameChain }),
    startAnvil({ name: 'foreign', chainId: 31_338, guard }),
  ]);
  await Promise.all([mine(node, 2, 1_700_000_100), mine(lagging, 2, 1_700_000_100)]);
  await mine(node, 10, 1_700_000_200);
});

beforeEach(async () => {
  [first, second] = await Promise.all([createFaultyProxy(node.rpcUrl), createFaultyProxy(node.rpcUrl)]);
});

afterEach(() => Promise.all([first, second, ...more.splice(0)].map((proxy) => proxy.close())));
afterAll(() => guard.close());

async function mine(anvil: Anvil, blocks: number, timestamp: number): Promise<void> {
  await rpcCall(anvil.rpcUrl, 'evm_setNextBlockTimestamp', [timestamp]);
  await rpcCall(anvil.rpcUrl, 'anvil_mine', [`0x${blocks.toString(16)}`]);
}

function chainAt(urls: readonly string[], facts: Readonly<Record<string, unknown>> = {}): ConnectedChain {
  return createTunedChain(chainConfigFor(urls, { rpcTimeoutMs: 500, ...facts }), patience);
}

const balanceOf = (chain: ConnectedChain, blockHash?: Hex): Promise<bigint> =>
  askChain(chain, 'a balance', (client) =>
    client.getBalance({ address: alice.address, ...(blockHash === undefined ? {} : { blockHash }) }),
  );

async function proxyTo({ rpcUrl }: Anvil): Promise<FaultyProxy> {
  const proxy = await createFaultyProxy(rpcUrl);
  more.push(proxy);
  return proxy;
}

async function refusalOf(act: Promise<unknown>): Promise<unknown> {
  try {
    await act;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}

/** For states that only asking again brings about; each ask is an answered request, so this is no busy loop. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited 20 s for ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('reads of the same tick', () => {
  it('are one HTTP request; an endpoint is asked for its chain once', async () => {
    const chain = chainAt([first.url]);
    await balanceOf(chain);
    expect(first.methods).toEqual(['eth_chainId', 'eth_blockNumber', 'eth_getBalance']);
    expect(first.requests).toBe(2);
    first.reset();
    await Promise.all(Array.from({ length: 50 }, () => balanceOf(chain)));
    expect({ requests: first.requests, calls: first.methods.length }).toEqual({ requests: 1, calls: 50 });
  });

  it('are never more HTTP requests at once than the chain allows', async () => {
    const chain = chainAt([first.url], { maxConcurrentRequests: 2, rpcTimeoutMs: 20_000 });
    await balanceOf(chain);
    first.be({ kind: 'hold' });
    first.reset();
    const reads: Promise<bigint>[] = [];
    for (let read = 0; read < 10; read++) {
      reads.push(balanceOf(chain));
      await new Promise((resolve) => setTimeout(resolve, 3)); // only a request of another tick is another request
    }
    expect(first.requests).toBe(2);
    first.be({ kind: 'none' });
    expect(await Promise.all(reads)).toHaveLength(10);
    expect(first.mostAtOnce).toBe(2);
    expect(first.requests).toBeGreaterThan(2);
  });
});

describe('a first endpoint that', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['cuts the connection', { kind: 'cut' }],
    ['loses replies', { kind: 'cutReply' }],
    ['hangs', { kind: 'hang' }],
    ['says 429', { kind: 'say', status: 429, body: '{"error":"slow down"}' }],
    ['says 500', { kind: 'say', status: 500, body: 'oops' }],
    ['says 502 with a page', { kind: 'say', status: 502, body: '<html>Bad Gateway</html>' }],
    ['says 200 with a page', { kind: 'say', status: 200, body: '<html>maintenance</html>' }],
    ['cuts its JSON', { kind: 'spoil', spoil: (reply) => reply.slice(0, -9) }],
    ['gives answers to other questions', { kind: 'spoil', spoil: (reply) => reply.replace(/"id":\d+/g, '"id":4711') }],
    [
      'is over its limit',
      {
        kind: 'spoil',
        spoil: (reply) =>
          JSON.stringify(
            (JSON.parse(reply) as { id: number }[]).map(({ id }) => ({
              jsonrpc: '2.0',
              id,
              error: { code: -32_005, message: 'daily request count exceeded' },
            })),
          ),
      },
    ],
  ];

  it.each(faults)('%s from the beginning does not stop reads', async (_, fault) => {
    first.be(fault);
    const chain = chainAt([first.url, second.url]);
    expect(await balanceOf(chain)).toBeGreaterThan(0n);
    expect(second.methods).toContain('eth_getBalance');
  });

  it.each(faults)('%s after it was fine does not stop reads', async (_, fault) => {
    const chain = chainAt([first.url, second.url]);
    await chain.proveEndpoints();
    expect(await balanceOf(chain)).toBeGreaterThan(0n);
    first.be(fault);
    first.reset();
    const reads = await Promise.all(Array.from({ length: 5 }, () => balanceOf(chain)));
    expect(reads).toHaveLength(5);
    expect(first.requests).toBeGreaterThan(0); // it was tried
    expect(second.methods.filter((method) => method === 'eth_getBalance').length).toBeGreaterThanOrEqual(5);
  });

  it('is dead, with nobody listening, does not stop reads', async () => {
    await first.close();
    expect(await balanceOf(chainAt([first.url, second.url]))).toBeGreaterThan(0n);
  });

  it('is busy is left alone after it said so, until it was looked at again', async () => {
    const config = chainConfigFor([first.url, second.url], { rpcTimeoutMs: 500 });
    const chain = createTunedChain(config, { ...patience, lookEveryMs: 3_600_000 });
    await chain.proveEndpoints();
    first.be({ kind: 'say', status: 429, body: '' });
    first.reset();
    for (let read = 0; read < 5; read++) await balanceOf(chain);
    expect(first.requests).toBe(1);
  });

  it('hangs holds up one round of requests, and none after it', async () => {
    const chain = chainAt([first.url, second.url], { rpcTimeoutMs: 1_000 });
    await chain.proveEndpoints();
    first.be({ kind: 'hang' });
    const before = Date.now();
    await balanceOf(chain);
    const held = Date.now();
    for (let read = 0; read < 20; read++) await balanceOf(chain);
    expect(held - before).toBeGreaterThanOrEqual(900);
    expect(Date.now() - held).toBeLessThan(900);
  });
});

describe('the circuit breaker of an endpoint', () => {
  it('opens after failures in a row, lets nothing through, and closes again when the endpoint is back', async () => {
    const chain = chainAt([first.url]);
    await balanceOf(chain);
    const [healthy] = chain.endpointStates();
    expect(healthy).toEqual({
      host: new URL(first.url).host,
      breaker: 'closed',
      chainId: 31_337,
      proven: true,
      headNumber: 12n,
      failuresInARow: 0,
      gatewayCode: 'unchecked',
      disagreed: 0,
      disagreedAtMs: null,
    });
    first.be({ kind: 'cut' });
    for (let read = 0; read < 3; read++) {
      expect(await refusalOf(balanceOf(chain))).toMatchObject({ code: 'CHAIN_UNAVAILABLE', retryable: true });
    }
    expect(chain.endpointStates()[0]).toMatchObject({ breaker: 'open', proven: false, failuresInARow: 3 });
    first.reset();
    for (let read = 0; read < 10; read++) await refusalOf(balanceOf(chain));
    expect(first.requests).toBeLessThanOrEqual(2); // no more than a try now and then
    first.be({ kind: 'none' });
    await until(() =>
      balanceOf(chain).then(
        () => true,
        () => false,
      ),
    );
    expect(chain.endpointStates()[0]).toMatchObject({ breaker: 'closed', proven: true, failuresInARow: 0 });
  });

  it('brings a first endpoint back into use while the second answers', async () => {
    const chain = chainAt([first.url, second.url]);
    await chain.proveEndpoints();
    first.be({ kind: 'cut' });
    await until(async () => {
      await balanceOf(chain);
      return chain.endpointStates()[0]?.breaker === 'open';
    });
    first.be({ kind: 'none' });
    first.reset();
    await until(async () => {
      await balanceOf(chain);
      return first.methods.includes('eth_getBalance');
    });
    expect(chain.endpointStates()[0]).toMatchObject({ breaker: 'closed', proven: true });
  });

  it('is not opened by what a node says no to', async () => {
    const chain = chainAt([first.url]);
    const unknownHash = keccak256('0x');
    for (let read = 0; read < 10; read++) await refusalOf(balanceOf(chain, unknownHash));
    expect(chain.endpointStates()[0]).toMatchObject({ breaker: 'closed', failuresInARow: 0 });
  });

  it('counts a lost batch once', async () => {
    const chain = chainAt([first.url]);
    await balanceOf(chain);
    first.be({ kind: 'cut' });
    await Promise.all(Array.from({ length: 20 }, () => refusalOf(balanceOf(chain))));
    expect(chain.endpointStates()[0]).toMatchObject({ breaker: 'closed', failuresInARow: 1 });
  });
});

describe('an endpoint of another chain', () => {
  it('is asked for nothing but its chain, though it answers first', async () => {
    const other = await proxyTo(foreign);
    const chain = chainAt([other.url, second.url]);
    await chain.proveEndpoints();
    for (let read = 0; read < 5; read++) await balanceOf(chain);
    await chain.proveEndpoints();
    expect(new Set(other.methods)).toEqual(new Set(['eth_chainId', 'eth_blockNumber']));
    expect(chain.endpointStates()[0]).toMatchObject({ chainId: 31_338, proven: false });
  });

  it('is no answer when it is the only one', async () => {
    const refusal = await refusalOf(balanceOf(chainAt([foreign.rpcUrl])));
    expect(refusal).toBeInstanceOf(TransientError);
    expect(refusal).toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
    expect((refusal as Error).message).toContain('answers for chain 31338, not 31337');
  });

  it.each([
    ['rpcUrls.1', () => chainAt([node.rpcUrl, foreign.rpcUrl])],
    ['rpcUrl', () => chainAt([], { rpcUrls: undefined, rpcUrl: foreign.rpcUrl })],
  ])('keeps a worker from starting, which names %s', async (field, connect) => {
    const refusal = await refusalOf(verifyChain(connect(), [], { settler: [], refunder: [], reverser: [] }));
    expect(refusal).toBeInstanceOf(ConfigError);
    expect(refusal).toMatchObject({
      code: 'CHAIN_MISMATCH',
      message: `config: chains.alder.${field}: answers for chain 31338, configured is 31337`,
    });
  });

  it('that stands behind the same address after a break is not used', async () => {
    const chain = chainAt([first.url]);
    await balanceOf(chain);
    first.be({ kind: 'cut' });
    await refusalOf(balanceOf(chain));
    first.be({ kind: 'spoil', spoil: (reply) => reply.replaceAll('"0x7a69"', '"0x7a6a"') });
    first.reset();
    await refusalOf(balanceOf(chain));
    expect(first.methods).not.toContain('eth_getBalance');
  });
});

describe('an endpoint that is behind', () => {
  it('is passed over for a block it does not know yet', async () => {
    const head = await rpcCall<{ hash: Hex }>(node.rpcUrl, 'eth_getBlockByNumber', ['latest', false]);
    const behind = await proxyTo(lagging);
    // No looking around: it is used first.
    const config = chainConfigFor([behind.url, second.url], { rpcTimeoutMs: 500 });
    const chain = createTunedChain(config, { ...patience, lookEveryMs: 3_600_000, mostBlocksBehind: 1_000n });
    await chain.proveEndpoints();
    expect(await balanceOf(chain, head.hash)).toBeGreaterThan(0n);
    expect(behind.methods).toContain('eth_getBalance');
    expect(second.methods).toContain('eth_getBalance');
    const block = await chain.client.getBlock({ blockHash: head.hash });
    expect(block.number).toBe(12n);
    expect(chain.endpointStates()[0]).toMatchObject({ failuresInARow: 0, proven: true });
  });

  it('is not asked for the head while another is ahead', async () => {
    const chain = chainAt([lagging.rpcUrl, second.url]);
    await chain.proveEndpoints();
    expect(chain.endpointStates().map(({ headNumber }) => headNumber)).toEqual([2n, 12n]);
    expect(await chain.client.getBlockNumber()).toBe(12n);
  });

  it('knows the blocks it has as the others do', async () => {
    const [there, here] = await Promise.all(
      [lagging, node].map(({ rpcUrl }) => rpcCall<{ hash: Hex }>(rpcUrl, 'eth_getBlockByNumber', ['0x2', false])),
    );
    expect(there?.hash).toBe(here?.hash);
  });

  it('makes a block that no endpoint knows unknown, not refused', async () => {
    const refusal = await refusalOf(balanceOf(chainAt([lagging.rpcUrl, second.url]), keccak256('0x')));
    expect(refusal).toBeInstanceOf(TransientError);
    expect(refusal).toMatchObject({ code: 'CHAIN_UNAVAILABLE', retryable: true });
  });
});

describe('a send', () => {
  let from: PrivateKeyAccount;
  const raw = (fields: { nonce: number; fee?: bigint; value?: bigint }, by = from): Promise<Hex> =>
    by.signTransaction({
      type: 'eip1559',
      chainId: 31_337,
      to: alice.address,
      nonce: fields.nonce,
      gas: 21_000n,
      value: fields.value ?? 1n,
      maxFeePerGas: fields.fee ?? parseGwei('50'),
      maxPriorityFeePerGas: fields.fee === undefined ? parseGwei('1') : fields.fee / 10n,
    });
  const send = (chain: ConnectedChain, serializedTransaction: Hex): Promise<Hex> =>
    chain.client.sendRawTransaction({ serializedTransaction });
  const verdictOf = async (chain: ConnectedChain, bytes: Hex): Promise<SendVerdict> =>
    classifySendError(await refusalOf(send(chain, bytes)));

  beforeEach(async () => {
    from = privateKeyToAccount(generatePrivateKey());
    await rpcCall(node.rpcUrl, 'anvil_setBalance', [from.address, `0x${parseEther('1').toString(16)}`]);
  });

  it('is an HTTP request of its own, and is made once when its reply is lost', async () => {
    const chain = chainAt([first.url]);
    await balanceOf(chain);
    const bytes = await raw({ nonce: 0 });
    first.be({ kind: 'cutReply' });
    first.reset();
    const results = await Promise.allSettled([send(chain, bytes), balanceOf(chain)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(classifySendError((results[0] as PromiseRejectedResult).reason)).toBe('unknown');
    expect(first.methods.filter((method) => method === 'eth_sendRawTransaction')).toHaveLength(1);
    expect(first.requests).toBe(2);
    first.be({ kind: 'none' });
    expect(await chain.client.getTransaction({ hash: keccak256(bytes) })).toMatchObject({ nonce: 0 });
  });

  it('goes on, the same bytes, to the next endpoint; the answer is then what that one says', async () => {
    const chain = chainAt([first.url, second.url]);
    await chain.proveEndpoints();
    first.be({ kind: 'cutReply' }); // the node has it from the first
    expect(await verdictOf(chain, await raw({ nonce: 0 }))).toBe('known');
    first.be({ kind: 'cut' });
    expect(await send(chain, await raw({ nonce: 1 }))).toMatch(/^0x/);
  });

  it('is not asked of the next endpoint when a node has judged it', async () => {
    const chain = chainAt([first.url, second.url]);
    await chain.proveEndpoints();
    const bytes = await raw({ nonce: 0 });
    await send(chain, bytes);
    second.reset();
    expect(await verdictOf(chain, bytes)).toBe('known');
    expect(second.methods).not.toContain('eth_sendRawTransaction');
  });

  it('is judged by the words of a real node', async () => {
    const chain = chainAt([node.rpcUrl]);
    const bytes = await raw({ nonce: 0 });
    await send(chain, bytes);
    const poor = privateKeyToAccount(generatePrivateKey());
    const seen = {
      again: await verdictOf(chain, bytes),
      sameNonceForLess: await verdictOf(chain, await raw({ nonce: 0, fee: parseGwei('40'), value: 2n })),
      belowBaseFee: await verdictOf(chain, await raw({ nonce: 1, fee: 10n })),
      fromAnEmptyAccount: await verdictOf(chain, await raw({ nonce: 0 }, poor)),
      malformed: await verdictOf(chain, '0x02c0'),
    };
    await rpcCall(node.rpcUrl, 'anvil_mine', ['0x1']);
    expect({ ...seen, mined: await verdictOf(chain, await raw({ nonce: 0, value: 3n })) }).toEqual({
      again: 'known',
      sameNonceForLess: 'underpriced',
      belowBaseFee: 'feeTooLow',
      fromAnEmptyAccount: 'insufficientFunds',
      malformed: 'unknown',
      mined: 'nonceTooLow',
    });
  });
});

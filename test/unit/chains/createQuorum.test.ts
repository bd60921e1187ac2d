import { BaseError, RpcRequestError } from 'viem';
import { answerText } from '../../../src/chains/endpoints/answerText';
import { createFailover } from '../../../src/chains/endpoints/createFailover';
import { createQuorum } from '../../../src/chains/endpoints/createQuorum';
import type { Ask, RpcRequest } from '../../../src/chains/endpoints/endpoint';
import { endpointTransport } from '../../../src/chains/endpoints/endpointTransport';
import { heightsToAgreeOn } from '../../../src/chains/endpoints/heightsToAgreeOn';
import { rankEndpoints } from '../../../src/chains/endpoints/rankEndpoints';
import { fakeEndpoint, tuning, type FakeEndpoint, type Say } from './fakeEndpoints';

const hex = (number: number): string => `0x${number.toString(16)}`;
const blockAt = (number: number, branch = 'a') => ({
  number: hex(number),
  hash: `0x${branch}${number}`,
  parentHash: `0x${branch}${number - 1}`,
  timestamp: hex(number),
});

/** A node with this head and this final block, which says `value` of all state. */
function node(facts: { head?: number; final?: number; branch?: string; value?: string } = {}): Say {
  const { head = 10, final = 8, branch = 'a', value = '0x01' } = facts;
  return ({ method, params }) => {
    const [first] = params as [string];
    if (method !== 'eth_getBlockByNumber') return value;
    const number = first === 'latest' ? head : first === 'finalized' ? final : Number(first);
    return number > head ? null : blockAt(number, branch);
  };
}

const quorumOf = (quorum: number, endpoints: readonly FakeEndpoint[]): Ask =>
  createQuorum({ endpoints, quorum, chainId: 31_337, tuning, failover: createFailover(endpoints, 31_337, tuning) });
const named = (...says: readonly Say[]): FakeEndpoint[] =>
  says.map((say, index) => fakeEndpoint(['one', 'two', 'three', 'four'][index] ?? 'more', say));

const slotAt: RpcRequest = { method: 'eth_call', params: [{ to: '0x01' }, { blockHash: '0xa8' }] };
const final: RpcRequest = { method: 'eth_getBlockByNumber', params: ['finalized', false] };
const latest: RpcRequest = { method: 'eth_getBlockByNumber', params: ['latest', false] };
const says =
  (value: unknown): Say =>
  () =>
    value;
const countOf = (endpoints: readonly FakeEndpoint[]): number[] => endpoints.map(({ asked }) => asked.length);

describe('the heights to agree on', () => {
  it.each([
    [[10, 10, 10], 2, [10]],
    [[1_000, 10, 10], 2, [10]],
    [[1_000, 10, 9], 2, [10, 9]],
    [[5, 10, 10], 2, [10, 5]],
    [[12, 11, 10], 3, [10]],
    [[12, 11], 2, [11]],
    [[12], 2, []],
  ])('of %j for a quorum of %i are %j', (heights, quorum, wanted) => {
    expect(heightsToAgreeOn(heights.map(BigInt), quorum)).toEqual(wanted.map(BigInt));
  });
});

describe('two answers', () => {
  it('are the same where blocks differ only in what a client adds', () => {
    const [one, other] = [
      { ...blockAt(8), size: '0x1' },
      { ...blockAt(8), totalDifficulty: '0x0' },
    ];
    expect(answerText('eth_getBlockByHash', one)).toBe(answerText('eth_getBlockByHash', other));
  });

  it.each(['number', 'hash', 'parentHash', 'timestamp'])('of blocks differ by %s', (field) => {
    const other = { ...blockAt(8), [field]: '0xff' };
    expect(answerText('eth_getBlockByHash', other)).not.toBe(answerText('eth_getBlockByHash', blockAt(8)));
  });

  it('of receipts differ by their status and by their logs', () => {
    const receipt = { status: '0x1', blockHash: '0xa1', logs: [{ data: '0x01', topics: [] }] };
    const text = (one: object): string => answerText('eth_getTransactionReceipt', { ...receipt, ...one });
    const texts = [
      text({}),
      text({ status: '0x0' }),
      text({ logs: [] }),
      text({ logs: [{ data: '0x02', topics: [] }] }),
    ];
    expect(new Set(texts).size).toBe(4);
    expect(text({ effectiveGasPrice: '0x1' })).toBe(text({}));
  });

  it('of state differ by any byte', () => {
    expect(answerText('eth_call', '0x00')).not.toBe(answerText('eth_call', '0x0000'));
  });
});

describe('a read at a block hash', () => {
  it('is asked of no more endpoints than must agree', async () => {
    const endpoints = named(says('0x01'), says('0x01'), says('0x01'));
    expect(await quorumOf(2, endpoints)(slotAt)).toBe('0x01');
    expect(countOf(endpoints)).toEqual([1, 1, 0]);
  });

  it('that two answer differently is asked of the third, and the one that is alone is told of', async () => {
    const endpoints = named(says('0x02'), says('0x01'), says('0x01'));
    expect(await quorumOf(2, endpoints)(slotAt)).toBe('0x01');
    expect(endpoints.map(({ told }) => told)).toEqual([['eth_call: it says "0x02", a quorum "0x01"'], [], []]);
  });

  it('is unknown where all differ, and who said what is told, by host', async () => {
    const endpoints = named(says('0x02'), says('0x01'), says('0x03'));
    await expect(quorumOf(2, endpoints)(slotAt)).rejects.toThrow(
      'no 2 of 3 endpoints agree on eth_call: one says "0x02"; two says "0x01"; three says "0x03"',
    );
    expect(endpoints.flatMap(({ told }) => told)).toEqual([]); // nobody knows who is right
  });

  it('is unknown where too few answer', async () => {
    const endpoints = named(says('0x01'), says('0x01'), says('0x01'));
    endpoints[1]?.be('away');
    endpoints[2]?.be('away');
    await expect(quorumOf(2, endpoints)(slotAt)).rejects.toThrow(
      'no 2 of 3 endpoints agree on eth_call: one was not asked; two gave no answer; three gave no answer',
    );
    endpoints[2]?.be('there');
    expect(await quorumOf(2, endpoints)(slotAt)).toBe('0x01'); // proven first
  });

  it('goes past one that breaks off, and past one that lacks the block', async () => {
    const broken: Say = () => {
      throw new BaseError('header not found');
    };
    const endpoints = named(broken, says('0x01'), says('0x01'));
    expect(await quorumOf(2, endpoints)(slotAt)).toBe('0x01');
    expect(endpoints[0]?.told).toEqual([]);
  });

  it('takes a revert for an answer only if a quorum reverts', async () => {
    const reverts: Say = () => {
      throw new RpcRequestError({ body: {}, url: 'http://x', error: { code: 3, message: 'execution reverted' } });
    };
    await expect(quorumOf(2, named(reverts, reverts, says('0x01')))(slotAt)).rejects.toThrow(RpcRequestError);
    const endpoints = named(reverts, says('0x01'), says('0x01'));
    expect(await quorumOf(2, endpoints)(slotAt)).toBe('0x01');
    expect(endpoints[0]?.told).toHaveLength(1);
  });

  it('believes two that lie alike', async () => {
    const endpoints = named(says('0x02'), says('0x02'), says('0x01'));
    expect(await quorumOf(2, endpoints)(slotAt)).toBe('0x02');
  });

  it('is asked last of one that lied lately', async () => {
    const endpoints = named(says('0x02'), says('0x01'), says('0x01'));
    const ask = quorumOf(2, endpoints);
    await ask(slotAt);
    await ask(slotAt);
    expect(countOf(endpoints)).toEqual([1, 2, 2]);
    expect(rankEndpoints(endpoints, tuning).at(-1)).toBe(endpoints[0]);
  });
});

describe('the final block', () => {
  const finalOf = async (...nodes: readonly Say[]): Promise<unknown> => quorumOf(2, named(...nodes))(final);

  it('is the highest that a quorum holds', async () => {
    expect(await finalOf(node({ final: 9 }), node({ final: 8 }), node({ final: 7 }))).toMatchObject(blockAt(8));
    expect(await finalOf(node({ final: 7 }), node({ final: 7 }), node({ final: 8 }))).toMatchObject(blockAt(7));
  });

  it('is not what one alone says, however high or low', async () => {
    const liar = node({ head: 1_000, final: 1_000 });
    expect(await finalOf(liar, node(), node())).toMatchObject(blockAt(8));
    expect(await finalOf(node({ final: 0 }), node(), node())).toMatchObject(blockAt(8));
  });

  it('is told of where it is far from what one says', async () => {
    const endpoints = named(node({ head: 1_000, final: 1_000 }), node(), node({ final: 7 }));
    await quorumOf(2, endpoints)(final);
    expect(endpoints.map(({ told }) => told)).toEqual([['the finalized block: it says 1000, a quorum 8'], [], []]);
  });

  it('has one hash: another one at its height is outvoted and told of', async () => {
    const endpoints = named(node({ branch: 'b' }), node(), node());
    expect(await quorumOf(2, endpoints)(final)).toMatchObject(blockAt(8));
    expect(endpoints[0]?.told).toEqual([expect.stringContaining('the finalized block: it says ["0x8","0xb8"')]);
  });

  it('is a lower one where those that are far enough do not agree', async () => {
    expect(await finalOf(node({ branch: 'b', final: 9 }), node({ final: 8 }), node({ final: 7 }))).toMatchObject(
      blockAt(7),
    );
  });

  it('is unknown where no two agree on any', async () => {
    await expect(finalOf(node(), node({ branch: 'b' }), node({ branch: 'c' }))).rejects.toThrow(
      /no 2 of 3 endpoints agree on the finalized block: one says \["0x8","0xa8".*two says \["0x8","0xb8"/,
    );
  });

  it('is unknown where one answers, and where what comes is no block', async () => {
    const dumb: Say = () => {
      throw new BaseError('no such method');
    };
    await expect(finalOf(node(), dumb, says('0x12'))).rejects.toThrow('no 2 of 3 endpoints agree');
  });
});

describe('what is read at latest', () => {
  it('is read at the hash of the newest block that a quorum holds, by all reads of a tick', async () => {
    const endpoints = named(node({ head: 11 }), node(), node({ head: 5 }));
    const ask = quorumOf(2, endpoints);
    const reads = [1, 2].map((read) => ask({ method: 'eth_call', params: [{ to: `0x0${read}` }, 'latest'] }));
    expect(await Promise.all(reads)).toEqual(['0x01', '0x01']);
    const asked = endpoints[0]?.asked.map(({ method, params }) => [
      method,
      (params as unknown[])[method === 'eth_call' ? 1 : 0],
    ]);
    expect(asked).toEqual([
      ['eth_getBlockByNumber', 'latest'],
      ['eth_getBlockByNumber', '0xa'],
      ['eth_call', { blockHash: '0xa10' }],
      ['eth_call', { blockHash: '0xa10' }],
    ]);
    expect(endpoints[2]?.told).toEqual(['the latest block: it says 5, a quorum 10']);
  });

  it('is no older than the read', async () => {
    let head = 10;
    const endpoints = named(...[1, 2].map((): Say => (request) => node({ head })(request)));
    const ask = quorumOf(2, endpoints);
    const nonce: RpcRequest = { method: 'eth_getTransactionCount', params: ['0x01', 'latest'] };
    await ask(nonce);
    head = 11;
    await ask(nonce);
    const reads = endpoints[0]?.asked.filter(({ method }) => method === nonce.method);
    expect(reads?.map(({ params }) => (params as unknown[])[1])).toEqual([
      { blockHash: '0xa10' },
      { blockHash: '0xa11' },
    ]);
  });
});

describe('a send', () => {
  it('reaches the others too: the first may keep it to itself', async () => {
    const endpoints = named(says('0xhash'), says('0xhash'), says('0xhash'));
    expect(await quorumOf(2, endpoints)({ method: 'eth_sendRawTransaction', params: ['0x02'] })).toBe('0xhash');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(countOf(endpoints)).toEqual([2, 1, 1]);
  });
});

describe('without a quorum', () => {
  const transport = (endpoints: readonly FakeEndpoint[]) =>
    endpointTransport({ endpoints, chainId: 31_337, quorum: 1, tuning })({ retryCount: 0 });

  it.each([1, 3])('each request goes once to one of %i endpoints, as it is', async (count) => {
    const endpoints = named(...Array.from({ length: count }, () => node()));
    const { request } = transport(endpoints);
    const requests: RpcRequest[] = [
      slotAt,
      final,
      latest,
      { method: 'eth_call', params: [{ to: '0x01' }, 'latest'] },
      { method: 'eth_sendRawTransaction', params: ['0x02'] },
      { method: 'eth_getTransactionReceipt', params: ['0x03'] },
    ];
    for (const one of requests) await request(one as Parameters<typeof request>[0]);
    expect(endpoints[0]?.asked).toEqual(requests);
    expect(countOf(endpoints).slice(1)).toEqual(endpoints.slice(1).map(() => 0));
  });
});

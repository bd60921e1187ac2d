import { confirmations } from '../faultWorld';
import type { RpcFault } from '../links/rpcProxy';
import { between, type FaultContext, type FaultKind } from './fault';

interface LinkFault {
  readonly number: number;
  readonly name: string;
  readonly needsQuorum?: true;
  /** So many of each chain's; the others stay well. */
  readonly endpoints: 1 | 2;
  readonly amongRefused?: true;
  readonly make: (context: FaultContext) => RpcFault;
}

const html = '<html><body><h1>Bad Gateway</h1></body></html>';
const everySecondOrThird = ({ random }: FaultContext): number => between(random, 2, 3);

const linkFaults: readonly LinkFault[] = [
  {
    ...{ number: 16, name: 'RPC answers come late', endpoints: 2 },
    make: ({ random }) => ({ kind: 'delay', everyNth: 2, ms: between(random, 200, 1_500) }),
  },
  {
    ...{ number: 16, name: 'RPC answers come after the timeout', endpoints: 2 },
    make: (context) => ({ kind: 'delay', everyNth: everySecondOrThird(context), ms: 4_000 }),
  },
  {
    ...{ number: 17, name: 'sent, and the answer is lost', endpoints: 2 },
    make: () => ({ kind: 'dropAnswer', method: 'eth_sendRawTransaction' }),
  },
  {
    ...{ number: 18, name: 'RPC says 429', endpoints: 2 },
    make: (context) => ({
      ...{ kind: 'say', status: 429, body: '{"error":"slow down"}' },
      everyNth: everySecondOrThird(context),
    }),
  },
  {
    ...{ number: 18, name: 'RPC says 502', endpoints: 2 },
    make: (context) => ({ kind: 'say', everyNth: everySecondOrThird(context), status: 502, body: html }),
  },
  {
    ...{ number: 18, name: 'RPC answers 200 with HTML', endpoints: 2 },
    make: (context) => ({ kind: 'spoil', everyNth: everySecondOrThird(context), spoil: () => html }),
  },
  {
    ...{ number: 18, name: 'RPC answers cut JSON', endpoints: 2 },
    make: (context) => ({
      ...{ kind: 'spoil', everyNth: everySecondOrThird(context) },
      spoil: (answer) => answer.slice(0, Math.floor(answer.length / 2)),
    }),
  },
  {
    ...{ number: 18, name: 'RPC answers under a wrong id', endpoints: 2 },
    make: (context) => ({
      ...{ kind: 'spoil', everyNth: everySecondOrThird(context) },
      spoil: (answer) => answer.replace(/"id":\s*\d+/g, '"id":987654321'),
    }),
  },
  { ...{ number: 19, name: 'one of two endpoints is dead', endpoints: 1 }, make: () => ({ kind: 'dead' }) },
  {
    ...{ number: 32, name: 'receipts are null', endpoints: 2, amongRefused: true },
    make: () => ({
      kind: 'lie',
      lie: ({ method }, result) => (method === 'eth_getTransactionReceipt' && result !== null ? null : undefined),
    }),
  },
  {
    ...{ number: 33, name: 'receipts say reverted, and have no logs', endpoints: 2, amongRefused: true },
    make: () => ({
      kind: 'lie',
      lie: ({ method }, result) =>
        method === 'eth_getTransactionReceipt' && typeof result === 'object' && result !== null
          ? { ...result, status: '0x0', logs: [] }
          : undefined,
    }),
  },
  {
    ...{ number: 33, name: 'logs are kept back', endpoints: 2 },
    make: () => ({
      kind: 'lie',
      lie: ({ method }, result) =>
        method === 'eth_getLogs' && Array.isArray(result) && result.length > 0 ? [] : undefined,
    }),
  },
  { ...{ number: 32, name: 'an old head is cached', endpoints: 2 }, make: () => ({ kind: 'lie', lie: oldHead() }) },
  {
    ...{ number: 35, name: 'one of three endpoints calls final what is not', endpoints: 1, needsQuorum: true },
    make: () => ({ kind: 'lie', lie: furtherHead() }),
  },
];

type Block = Readonly<Record<string, unknown>> & { readonly number: string; readonly hash: string };

/** Made-up blocks on top of the true head, as many as make it look final: whoever believes them reads true state too early. */
function furtherHead(): (asked: { method: string; params?: readonly unknown[] }, result: unknown) => unknown {
  let head: Block | undefined;
  const height = (): number => Number(head?.number ?? 0) + confirmations - 1;
  const hashAt = (number: number): string => `0x${number.toString(16).padStart(64, 'f')}`;
  const madeUp = (number: number): unknown => {
    const above = number - Number(head?.number ?? number);
    if (!head || above <= 0 || above >= confirmations) return undefined;
    const parentHash = above === 1 ? head.hash : hashAt(number - 1);
    return { ...head, number: `0x${number.toString(16)}`, hash: hashAt(number), parentHash, transactions: [] };
  };
  return ({ method, params: [first] = [] }, result) => {
    if (method === 'eth_blockNumber') return `0x${(Number(result) + confirmations - 1).toString(16)}`;
    if (method === 'eth_getBlockByHash')
      return result === null ? madeUp(Number(`0x${String(first).replace(/^0xf*/, '')}`)) : undefined;
    if (method !== 'eth_getBlockByNumber') return undefined;
    if (first !== 'latest' && first !== 'finalized') return madeUp(Number(first));
    if (first === 'latest' && isBlock(result)) head = result;
    return madeUp(height());
  };
}

function isBlock(result: unknown): result is Block {
  return typeof result === 'object' && result !== null && 'number' in result && 'hash' in result;
}

/** What was the latest block when it was first asked for stays it. */
function oldHead(): (asked: { method: string; params?: readonly unknown[] }, result: unknown) => unknown {
  const kept = new Map<string, unknown>();
  return ({ method, params = [] }, result) => {
    const asksHead = method === 'eth_blockNumber' || (method === 'eth_getBlockByNumber' && params[0] === 'latest');
    if (!asksHead) return undefined;
    const key = JSON.stringify([method, params]);
    if (kept.has(key)) return kept.get(key);
    kept.set(key, result);
    return undefined;
  };
}

export const rpcFaults: readonly FaultKind[] = linkFaults.map(({ endpoints, make, ...kind }) => ({
  ...kind,
  ...{ track: 'chain', holdMs: [3_000, 9_000], hindersStarts: true },
  async fire(context) {
    const links = context.random() < 0.5 ? context.world.endpoints[0] : context.world.endpoints[1];
    const broken = links.slice(0, endpoints);
    const fault = make(context);
    for (const link of broken) link.be(fault);
    return {
      async heal() {
        for (const link of broken) link.be({ kind: 'none' });
      },
      tookEffect: () => broken.reduce((sum, { hits }) => sum + hits, 0),
    };
  },
}));

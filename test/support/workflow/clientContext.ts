import { createPublicClient, custom } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import type { Chain } from '../../../src/chains/chain';
import type { ClientContext } from '../../../src/client/context';
import { signOrder } from '../../../src/client/signOrder';
import { parseConfig, type ChainConfig } from '../../../src/config';
import type { SignedOrder } from '../../../src/domain/order';
import { parseOrder } from '../../../src/domain/parseOrder';
import { orderFor } from './fixtures';
import type { Harness } from './harness';

const chainConfig = (name: string, chainId: number, gatewayDigit: string, tokenDigit: string) => ({
  name,
  chainId,
  rpcUrl: 'http://localhost:1',
  gateway: `0x${gatewayDigit.repeat(40)}`,
  tokens: [{ symbol: 'SETL', address: `0x${tokenDigit.repeat(40)}`, decimals: 6 }],
  finality: { kind: 'finalized' },
});

/**
 * The real client functions on the test server. Their chains are fakes: nodes that tell the time and are away for every other
 * question, which the client has to bear anyway.
 */
export function createClientContext({ client, taskQueue }: Pick<Harness, 'client' | 'taskQueue'>): ClientContext {
  const config = parseConfig(
    {
      temporal: { taskQueue },
      chains: [chainConfig('alder', 31337, '6', '3'), chainConfig('birch', 31338, '5', '4')],
    },
    '.',
  );
  return { client, config, chains: config.chains.map(createFakeChain), ledger: null };
}

function createFakeChain(config: ChainConfig): Chain {
  const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    if (method === 'eth_getBlockByNumber') return fakeBlock();
    // Every slot at the final block is empty; what is asked of the latest is not answered.
    const [, at] = (params ?? []) as unknown[];
    if (method === 'eth_call' && typeof at === 'object') return `0x${'00'.repeat(96)}`;
    throw new Error(`fake node: away for ${method}`);
  };
  return { config, client: createPublicClient({ transport: custom({ request }, { retryCount: 0 }) }) };
}

function fakeBlock(): object {
  const now = Math.floor(Date.now() / 1000);
  return { number: '0x10', hash: `0x${'ab'.repeat(32)}`, timestamp: `0x${now.toString(16)}`, transactions: [] };
}

/** An order of a holder with a key of their own, signed for the fake source gateway. */
export async function signedOrderFor(
  { chains }: ClientContext,
  settlementId: string,
  changes: { amount?: string; validBefore?: number } = {},
): Promise<SignedOrder> {
  const account = privateKeyToAccount(generatePrivateKey());
  const gateway = chains[0]?.config.gateway;
  if (gateway === undefined) throw new Error('no source chain');
  return signOrder(parseOrder({ ...orderFor(settlementId), holder: account.address, ...changes }), gateway, account);
}

import type { Hex } from 'viem';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

/** Whether the holder had revoked the order at this block: a hash, or the newest the node holds. */
export function readRevoked(chain: Chain, fingerprint: Hex, at: 'latest' | Hex): Promise<boolean> {
  return askChain(chain, 'whether the order is revoked', (client) =>
    client.readContract({
      address: chain.config.gateway,
      abi: settlementGatewayAbi,
      functionName: 'isRevoked',
      args: [fingerprint],
      ...(at === 'latest' ? { blockTag: at } : { blockHash: at }),
    }),
  );
}

import type { Address } from 'viem';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

/** The registered route of a token towards another chain; an unknown one has the zero address as its remote gateway. */
export function readRoute(chain: Chain, token: Address, remoteChainId: bigint) {
  return askChain(chain, `the route of ${token}`, (client) =>
    client.readContract({
      address: chain.config.gateway,
      abi: settlementGatewayAbi,
      functionName: 'routeOf',
      args: [token, remoteChainId],
    }),
  );
}

import type { Address, Hex } from 'viem';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

/** The access manager of a chain's gateway, at a block: a hash, or the newest the node has. */
export function readAuthority(chain: Chain, at: 'latest' | Hex): Promise<Address> {
  return askChain(chain, 'its authority', (client) =>
    client.readContract({
      address: chain.config.gateway,
      abi: settlementGatewayAbi,
      functionName: 'authority',
      ...(at === 'latest' ? {} : { blockHash: at }),
    }),
  );
}

import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

/** One of the gateway's two pauses: `new` stops burns, `all` stops everything. */
export function readPaused(chain: Chain, what: 'new' | 'all'): Promise<boolean> {
  const functionName = what === 'new' ? 'pausedNew' : 'pausedAll';
  return askChain(chain, 'whether it is paused', (client) =>
    client.readContract({ address: chain.config.gateway, abi: settlementGatewayAbi, functionName }),
  );
}

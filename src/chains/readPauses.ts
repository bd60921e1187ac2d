import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

/** The gateway's two pauses: `new` stops burns, `all` stops everything. */
export function readPauses(chain: Chain): Promise<{ new: boolean; all: boolean }> {
  const gateway = { address: chain.config.gateway, abi: settlementGatewayAbi } as const;
  return askChain(chain, 'whether it is paused', async (client) => {
    const [pausedNew, pausedAll] = await Promise.all([
      client.readContract({ ...gateway, functionName: 'pausedNew' }),
      client.readContract({ ...gateway, functionName: 'pausedAll' }),
    ]);
    return { new: pausedNew, all: pausedAll };
  });
}

import type { Address } from 'viem';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

/** What the gateway would mint or burn of a token right now, and the most it ever would at once; base units. */
export async function readLimit(chain: Chain, token: Address, which: 'mint' | 'burn') {
  const [availableAmount, maxAmount] = await askChain(chain, `its ${which} limit`, (client) =>
    client.readContract({
      address: chain.config.gateway,
      abi: settlementGatewayAbi,
      functionName: which === 'mint' ? 'mintLimitOf' : 'burnLimitOf',
      args: [token],
    }),
  );
  return { availableAmount, maxAmount };
}

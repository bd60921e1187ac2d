import type { Hex } from 'viem';
import type { OrderIdentity } from '../domain/fingerprint';
import { slotOf, type Slot } from '../domain/slot';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

/**
 * The order's slot at one block: a hash pins it, `latest` is what the node holds now and may still be reorged away. What another
 * order under the same id did is never told as this one's: its slot reads `OtherOrder`.
 */
export async function readSlot(
  chain: Chain,
  { settlementKey, fingerprint }: OrderIdentity,
  at: 'latest' | { blockHash: Hex },
): Promise<Slot> {
  const [index, attempt, hash] = await askChain(chain, 'the slot', (client) =>
    client.readContract({
      address: chain.config.gateway,
      abi: settlementGatewayAbi,
      functionName: 'slotOf',
      args: [settlementKey],
      ...(at === 'latest' ? { blockTag: 'latest' } : { blockHash: at.blockHash }),
    }),
  );
  return slotOf(index, attempt, hash, fingerprint);
}

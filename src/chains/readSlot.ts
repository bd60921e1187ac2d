import type { Hex } from 'viem';
import { slotStates, type Slot } from '../domain/slot';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

/** The settlement's slot at one block: a hash pins it, `latest` is what the node holds now and may still be reorged away. */
export async function readSlot(chain: Chain, settlementKey: Hex, at: 'latest' | { blockHash: Hex }): Promise<Slot> {
  const [state, attempt, orderHash] = await askChain(chain, 'the slot', (client) =>
    client.readContract({
      address: chain.config.gateway,
      abi: settlementGatewayAbi,
      functionName: 'slotOf',
      args: [settlementKey],
      ...(at === 'latest' ? { blockTag: 'latest' } : { blockHash: at.blockHash }),
    }),
  );
  const name = slotStates[state];
  if (name === undefined) throw new Error(`gateway on ${chain.config.name} answered an unknown slot state ${state}`);
  return { state: name, attempt, orderHash: `0x${orderHash.toString(16).padStart(60, '0')}` };
}

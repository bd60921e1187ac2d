import { chunk } from 'es-toolkit/array';
import type { Hex } from 'viem';
import type { OrderIdentity } from '../domain/fingerprint';
import { slotOf, type Slot } from '../domain/slot';
import { askChain, type Chain } from './chain';
import { settlementGatewayAbi } from './generated/settlementGateway';

/** Of one eth_call: its gas stays far below what nodes allow one. */
const mostKeys = 500;

/**
 * The slots of many orders at one block, in their order: `readSlot` for each, by one eth_call for a few hundred.
 * @throws TransientError CHAIN_UNAVAILABLE
 */
export async function readManySlots(
  chain: Chain,
  identities: readonly OrderIdentity[],
  at: 'latest' | { blockHash: Hex },
): Promise<readonly Slot[]> {
  const pages = chunk(identities, mostKeys);
  return (await Promise.all(pages.map((page) => readPage(chain, page, at)))).flat();
}

async function readPage(
  chain: Chain,
  identities: readonly OrderIdentity[],
  at: 'latest' | { blockHash: Hex },
): Promise<readonly Slot[]> {
  const slots = await askChain(chain, `${identities.length} slots`, (client) =>
    client.readContract({
      address: chain.config.gateway,
      abi: settlementGatewayAbi,
      functionName: 'slotsOf',
      args: [identities.map(({ settlementKey }) => settlementKey)],
      ...(at === 'latest' ? { blockTag: 'latest' } : { blockHash: at.blockHash }),
    }),
  );
  if (slots.length !== identities.length) {
    throw new Error(`gateway on ${chain.config.name} answered ${slots.length} slots for ${identities.length} keys`);
  }
  return identities.map(({ fingerprint }, index) => {
    const { state, attempt, orderHash } = slots[index] as (typeof slots)[number];
    return slotOf(state, attempt, orderHash, fingerprint);
  });
}

import type { Hex } from 'viem';
import { askChain, type Chain } from './chain';

export interface FinalBlock {
  readonly number: bigint;
  readonly hash: Hex;
  /** Unix seconds. */
  readonly timestamp: bigint;
}

/**
 * The newest block that counts as final under the chain's policy: its `finalized` tag, or the block that has n confirmations.
 * A chain younger than its policy has only its genesis.
 */
export async function readFinalBlock(chain: Chain): Promise<FinalBlock> {
  const { finality } = chain.config;
  const block = await askChain(chain, 'its final block', async (client) => {
    if (finality.kind === 'finalized') return client.getBlock({ blockTag: 'finalized' });
    const head = await client.getBlock({ blockTag: 'latest' });
    const depth = BigInt(finality.confirmations - 1);
    if (depth === 0n) return head;
    return client.getBlock({ blockNumber: head.number > depth ? head.number - depth : 0n });
  });
  return { number: block.number, hash: block.hash, timestamp: block.timestamp };
}

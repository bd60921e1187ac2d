import type { Hex } from 'viem';
import { askChain, type Chain } from '../chain';

/** As much of a block as following the chain takes. */
export interface Header {
  readonly number: bigint;
  readonly hash: Hex;
  readonly parentHash: Hex;
  /** Unix seconds. */
  readonly timestamp: bigint;
}

export type HeaderPlace =
  { readonly blockTag: 'latest' | 'finalized' } | { readonly blockNumber: bigint } | { readonly blockHash: Hex };

/** @throws TransientError CHAIN_UNAVAILABLE, also for a block the chain does not know (yet, or any more) */
export async function readHeader(chain: Chain, place: HeaderPlace): Promise<Header> {
  const block = await askChain(chain, 'a block', (client) => client.getBlock(place));
  return { number: block.number, hash: block.hash, parentHash: block.parentHash, timestamp: block.timestamp };
}

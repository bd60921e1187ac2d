import type { Hex } from 'viem';
import type { ChainHand } from './chainHand';
import type { JudgedWorld } from './chaosWorld';

/**
 * Takes blocks of a chain back, and writes down for the checkers that it was done on purpose: another block stands now where one was seen, and
 * what stands in it was not there before.
 * @param depth how many of the newest blocks go
 * @param finalBefore where what goes though it was final stood, by hash
 */
export async function takeBack<T>(
  { heads, rewinds }: Pick<JudgedWorld, 'heads' | 'rewinds'>,
  { rpc, deployed }: ChainHand,
  { depth, finalBefore = new Map() }: { readonly depth: number; readonly finalBefore?: ReadonlyMap<Hex, number> },
  work: () => Promise<T>,
): Promise<T> {
  return heads.without(async () => {
    const head = Number(await rpc<Hex>('eth_blockNumber'));
    const samplesBefore = heads.samples.length;
    const { chainId } = deployed;
    rewinds.push({ chainId, keptBlock: head - depth, head, atMs: Date.now(), samplesBefore, finalBefore });
    return work();
  });
}

import type { Chain } from '../chains/chain';
import type { BlockWatcher } from '../chains/createBlockWatcher';
import { readFinalBlock, type FinalBlock } from '../chains/readFinalBlock';

/**
 * Reads at a final block. It is the watcher's, which may be a poll old: what does not show there yet is no proof that it is not final.
 * @param isEnough whether a view so old will do; where it will not, it is read again at a block of its own
 */
export async function readAtFinal<T>(
  { chain, watcher }: { readonly chain: Chain; readonly watcher: BlockWatcher },
  readAt: (block: FinalBlock) => Promise<T>,
  isEnough: (seen: T) => boolean,
): Promise<T> {
  const recent = watcher.recentFinalBlock();
  if (recent) {
    // A reorg past finality may have taken that very block: then, too, the chain is asked for another.
    const seen = await readAt(recent).catch(() => null);
    if (seen !== null && isEnough(seen)) return seen;
  }
  return readAt(await readFinalBlock(chain));
}

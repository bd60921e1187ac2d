import type { Chain } from '../chains/chain';
import type { BlockWatcher } from '../chains/createBlockWatcher';
import { readFinalBlock, type FinalBlock } from '../chains/readFinalBlock';
import { readManySlots as readAtBlock } from '../chains/readManySlots';
import type { OrderIdentity } from '../domain/fingerprint';
import type { Slots } from './readSlots';

/** `readSlots` for many orders: all at one final block, and at the latest, by two calls. */
export async function readManySlots(
  { chain, watcher }: { readonly chain: Chain; readonly watcher: BlockWatcher },
  identities: readonly OrderIdentity[],
  isEnough: (slots: Slots, index: number) => boolean = () => true,
): Promise<readonly Slots[]> {
  const recent = watcher.recentFinalBlock();
  if (recent) {
    const slots = await readAt(chain, identities, recent).catch(() => null);
    if (slots?.every(isEnough)) return slots;
  }
  return readAt(chain, identities, await readFinalBlock(chain));
}

async function readAt(
  chain: Chain,
  identities: readonly OrderIdentity[],
  block: FinalBlock,
): Promise<readonly Slots[]> {
  const [final, latest] = await Promise.all([
    readAtBlock(chain, identities, { blockHash: block.hash }),
    readAtBlock(chain, identities, 'latest'),
  ]);
  return final.map((slot, index) => ({ final: { block, slot }, latest: latest[index] as Slots['latest'] }));
}

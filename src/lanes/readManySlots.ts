import type { Chain } from '../chains/chain';
import type { BlockWatcher } from '../chains/createBlockWatcher';
import { readManySlots as readAtBlock } from '../chains/readManySlots';
import type { OrderIdentity } from '../domain/fingerprint';
import { readAtFinal } from './readAtFinal';
import type { Slots } from './readSlots';

/** `readSlots` for many orders: all at one final block, and at the latest, by two calls. */
export function readManySlots(
  desk: { readonly chain: Chain; readonly watcher: BlockWatcher },
  identities: readonly OrderIdentity[],
  isEnough: (slots: Slots, index: number) => boolean = () => true,
): Promise<readonly Slots[]> {
  return readAtFinal(
    desk,
    async (block) => {
      const [final, latest] = await Promise.all([
        readAtBlock(desk.chain, identities, { blockHash: block.hash }),
        readAtBlock(desk.chain, identities, 'latest'),
      ]);
      return final.map((slot, index) => ({ final: { block, slot }, latest: latest[index] as Slots['latest'] }));
    },
    (slots) => slots.every(isEnough),
  );
}

import type { Chain } from '../chains/chain';
import type { BlockWatcher } from '../chains/createBlockWatcher';
import type { FinalSlot } from '../chains/readFinalSlot';
import { readSlot } from '../chains/readSlot';
import type { OrderIdentity } from '../domain/fingerprint';
import type { Slot } from '../domain/slot';
import { readAtFinal } from './readAtFinal';

/** What stands for good, and what stands now and may still be reorged away. */
export interface Slots {
  readonly final: FinalSlot;
  readonly latest: Slot;
}

/**
 * An order's slot at a final block and at the latest, in one request.
 * @param isEnough whether a final block that may be a poll old will do
 */
export function readSlots(
  desk: { readonly chain: Chain; readonly watcher: BlockWatcher },
  identity: OrderIdentity,
  isEnough: (slots: Slots) => boolean = () => true,
): Promise<Slots> {
  return readAtFinal(
    desk,
    async (block) => {
      const [slot, latest] = await Promise.all([
        readSlot(desk.chain, identity, { blockHash: block.hash }),
        readSlot(desk.chain, identity, 'latest'),
      ]);
      return { final: { block, slot }, latest };
    },
    isEnough,
  );
}

import type { Chain } from '../chains/chain';
import type { BlockWatcher } from '../chains/createBlockWatcher';
import { readFinalBlock, type FinalBlock } from '../chains/readFinalBlock';
import type { FinalSlot } from '../chains/readFinalSlot';
import { readSlot } from '../chains/readSlot';
import type { OrderIdentity } from '../domain/fingerprint';
import type { Slot } from '../domain/slot';

/** What stands for good, and what stands now and may still be reorged away. */
export interface Slots {
  readonly final: FinalSlot;
  readonly latest: Slot;
}

/**
 * An order's slot at a final block and at the latest, in one request. The final block is the watcher's: it may be a poll old, so
 * what the slot does not show there yet is no proof that it is not final.
 * @param isEnough whether a view so old will do; where it will not, the final slot is read again at a block of its own
 */
export async function readSlots(
  { chain, watcher }: { readonly chain: Chain; readonly watcher: BlockWatcher },
  identity: OrderIdentity,
  isEnough: (slots: Slots) => boolean = () => true,
): Promise<Slots> {
  const recent = watcher.recentFinalBlock();
  if (recent) {
    // A reorg past finality may have taken that very block: then, too, the chain is asked for another.
    const slots = await readAt(chain, identity, recent).catch(() => null);
    if (slots && isEnough(slots)) return slots;
  }
  return readAt(chain, identity, await readFinalBlock(chain));
}

async function readAt(chain: Chain, identity: OrderIdentity, block: FinalBlock): Promise<Slots> {
  const [slot, latest] = await Promise.all([
    readSlot(chain, identity, { blockHash: block.hash }),
    readSlot(chain, identity, 'latest'),
  ]);
  return { final: { block, slot }, latest };
}

import type { OrderIdentity } from '../domain/fingerprint';
import type { Slot } from '../domain/slot';
import type { Chain } from './chain';
import { readFinalBlock, type FinalBlock } from './readFinalBlock';
import { readSlot } from './readSlot';

/** Slot and time of *one* final block: every proof about money is read from a single block, never pieced together from two. */
export interface FinalSlot {
  readonly block: FinalBlock;
  readonly slot: Slot;
}

export async function readFinalSlot(chain: Chain, identity: OrderIdentity): Promise<FinalSlot> {
  const block = await readFinalBlock(chain);
  return { block, slot: await readSlot(chain, identity, { blockHash: block.hash }) };
}

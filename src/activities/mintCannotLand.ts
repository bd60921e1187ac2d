import type { Chain } from '../chains/chain';
import type { FinalSlot } from '../chains/readFinalSlot';
import type { SettlementOrder } from '../domain/order';
import { isApplied, isTombstoned } from '../domain/slot';

/**
 * Why no mint of this attempt can land any more, read from *one* final destination block, or null:
 * - tombstone (proof 1): the slot is Cancelled for this or a later attempt, or Reversed
 * - expired (proof 3): that block's time is >= validBefore and the slot is not Minted; only where block time never decreases
 */
export function mintCannotLand(
  destination: Chain,
  order: SettlementOrder,
  attempt: number,
  { slot, block }: FinalSlot,
): 'tombstone' | 'expired' | null {
  if (isTombstoned(slot, attempt)) return 'tombstone';
  if (isApplied(slot, 'Mint', attempt)) return null;
  return destination.config.monotonicTimestamps && block.timestamp >= order.validBefore ? 'expired' : null;
}

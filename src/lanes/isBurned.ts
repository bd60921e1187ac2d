import { isApplied } from '../domain/slot';
import type { Slots } from './readSlots';

/** The burn of this attempt is final, and nothing newer speaks against it. */
export function isBurned({ final, latest }: Slots, attempt: number): boolean {
  return isApplied(final.slot, 'Burn', attempt) && isApplied(latest, 'Burn', attempt);
}

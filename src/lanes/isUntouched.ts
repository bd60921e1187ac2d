import type { Slots } from './readSlots';

/** Nothing stands, nor ever stood. Where anything does, an older block does not decide which attempt it is. */
export function isUntouched({ final, latest }: Slots): boolean {
  return final.slot.state === 'None' && latest.state === 'None';
}

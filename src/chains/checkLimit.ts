import { PermanentError, TransientError } from '../domain/errors';
import type { Chain } from './chain';
import type { readLimit } from './readLimit';

/** What is wrong with an amount of base units here, or null; a TransientError TRANSIENT_REFUSAL while the limit is used up. */
export function checkLimit(
  { config: { name, maxAmountBaseUnits: most } }: Chain,
  which: 'mint' | 'burn',
  amount: bigint,
  { availableAmount, maxAmount }: Awaited<ReturnType<typeof readLimit>>,
): PermanentError | TransientError | null {
  if (amount > maxAmount || (most !== undefined && amount > most)) {
    const bound = most !== undefined && most < maxAmount ? most : maxAmount;
    return new PermanentError('AMOUNT_LIMIT', `${amount} base units are over ${name}'s limit of ${bound}`);
  }
  if (amount <= availableAmount) return null;
  return new TransientError('TRANSIENT_REFUSAL', `${name}'s ${which} limit is used up for now`);
}

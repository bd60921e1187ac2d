import { formatUnits, maxUint256, parseUnits } from 'viem';
import { PermanentError } from './errors';
import { quote } from './quote';

const decimalPattern = /^(0|[1-9][0-9]*)(\.[0-9]+)?$/;

/**
 * A decimal amount as people write it, in base units.
 * @example parseAmount('12.5', 6) // 12500000n
 * @throws PermanentError AMOUNT_INVALID, AMOUNT_PRECISION, AMOUNT_OVERFLOW
 */
export function parseAmount(text: unknown, decimals: number): bigint {
  if (typeof text !== 'string' || !decimalPattern.test(text)) {
    throw new PermanentError('AMOUNT_INVALID', `amount ${quote(text)} is not a plain positive decimal`);
  }
  // Not replace(/0+$/): that takes quadratic time on a long run of zeros inside the fraction.
  const fraction = /^[0-9]*[1-9]/.exec(text.split('.')[1] ?? '')?.[0] ?? '';
  if (fraction.length > decimals) {
    throw new PermanentError(
      'AMOUNT_PRECISION',
      `amount ${quote(text)} has ${fraction.length} decimals, the token has ${decimals}`,
    );
  }
  return checkAmount(parseUnits(text, decimals));
}

/**
 * Base units as they stand in an order's JSON: a decimal string, never a number.
 * @throws PermanentError AMOUNT_INVALID, AMOUNT_OVERFLOW
 */
export function parseBaseUnits(text: unknown): bigint {
  if (typeof text !== 'string' || !/^(0|[1-9][0-9]*)$/.test(text)) {
    throw new PermanentError('AMOUNT_INVALID', `amount ${quote(text)} is not a decimal string of base units`);
  }
  return checkAmount(BigInt(text));
}

/** @example formatAmount(12500000n, 6) // '12.5' */
export function formatAmount(amountBaseUnits: bigint, decimals: number): string {
  return formatUnits(amountBaseUnits, decimals);
}

function checkAmount(amountBaseUnits: bigint): bigint {
  if (amountBaseUnits <= 0n) throw new PermanentError('AMOUNT_INVALID', 'the amount must be more than zero');
  if (amountBaseUnits > maxUint256) throw new PermanentError('AMOUNT_OVERFLOW', 'the amount does not fit in a uint256');
  return amountBaseUnits;
}

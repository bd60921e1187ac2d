import { PermanentError } from '../domain/errors';

/**
 * A fraction is somebody's mistake about units, and has a code that says so.
 * @param place before the message, where there are several orders
 * @throws PermanentError AMOUNT_PRECISION
 */
export function refuseDecimals(order: unknown, place = ''): void {
  const amount = typeof order === 'object' && order !== null && 'amount' in order ? order.amount : undefined;
  if (typeof amount === 'string' && /^[0-9]{1,78}\.[0-9]{1,78}$/.test(amount)) {
    throw new PermanentError('AMOUNT_PRECISION', `${place}amount ${amount} has decimals; an order's is in base units`);
  }
}

import { PermanentError } from './errors';

/** The caller's idempotency key. No ':' fits in it, so our own other workflow ids, which contain one, can never meet one. */
export const settlementIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** @throws PermanentError ID_INVALID */
export function parseSettlementId(text: unknown): string {
  // `$` alone would let a trailing newline through in other regex dialects; JSON.stringify makes control characters visible.
  if (typeof text !== 'string' || !settlementIdPattern.test(text)) {
    const shown = typeof text === 'string' ? JSON.stringify(text) : typeof text;
    throw new PermanentError(
      'ID_INVALID',
      `settlement id ${shown.length > 80 ? `${shown.slice(0, 80)}...` : shown} is not allowed`,
    );
  }
  return text;
}

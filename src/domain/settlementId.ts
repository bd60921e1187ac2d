import { PermanentError } from './errors';
import { quote } from './quote';

/** The caller's idempotency key. No ':' fits in it, so our own other workflow ids, which contain one, can never meet one. */
export const settlementIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** @throws PermanentError ID_INVALID */
export function parseSettlementId(text: unknown): string {
  // `$` alone would let a trailing newline through in other regex dialects; quote makes control characters visible.
  if (typeof text !== 'string' || !settlementIdPattern.test(text)) {
    throw new PermanentError('ID_INVALID', `settlement id ${quote(text)} is not allowed`);
  }
  return text;
}

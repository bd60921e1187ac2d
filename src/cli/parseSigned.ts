import { PermanentError } from '../domain/errors';
import type { SignedOrder } from '../domain/order';

/** A signed order's shape. What is in it is checked field by field when it is submitted. @throws PermanentError BAD_REQUEST */
export function parseSigned(text: string): SignedOrder {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PermanentError('BAD_REQUEST', 'not JSON');
  }
  if (typeof json === 'object' && json !== null && 'order' in json && 'signature' in json) return json as SignedOrder;
  throw new PermanentError('BAD_REQUEST', 'not { "order": ..., "signature": ... }');
}

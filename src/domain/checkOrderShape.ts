import { PermanentError } from './errors';
import type { OrderJson } from './order';
import { quote } from './quote';

const fieldTypes = {
  settlementId: 'string',
  holder: 'string',
  recipient: 'string',
  token: 'string',
  destinationToken: 'string',
  destinationGateway: 'string',
  amount: 'string',
  sourceChainId: 'number',
  destinationChainId: 'number',
  validBefore: 'number',
  maxAttempts: 'number',
} as const satisfies Record<keyof OrderJson, 'string' | 'number'>;

/**
 * The fields of an order, no more and no less: what the signature would not cover must not be there. Cheap and without
 * cryptography, so that the workflow itself can refuse what a raw start hands it; `parseOrder` then checks each value.
 * @throws PermanentError BAD_REQUEST
 */
export function checkOrderShape(json: unknown): Record<keyof OrderJson, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new PermanentError('BAD_REQUEST', 'the order is not a JSON object');
  }
  const missing = Object.keys(fieldTypes).filter((field) => !Object.hasOwn(json, field));
  if (missing.length > 0) throw new PermanentError('BAD_REQUEST', `the order lacks ${missing.join(', ')}`);
  const unknown = Object.keys(json).filter((key) => !Object.hasOwn(fieldTypes, key));
  if (unknown.length > 0) {
    const shown = unknown.slice(0, 5).map(quote).join(', ');
    throw new PermanentError('BAD_REQUEST', `the order has unknown fields: ${shown}`);
  }
  return json as Record<keyof OrderJson, unknown>;
}

/** Whether every field has its JSON type, which is all that the workflow itself relies on. */
export function hasOrderTypes(fields: Record<keyof OrderJson, unknown>): fields is OrderJson {
  return Object.entries(fieldTypes).every(([field, type]) => typeof fields[field as keyof OrderJson] === type);
}

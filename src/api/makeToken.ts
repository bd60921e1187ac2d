import { randomBytes, randomInt } from 'node:crypto';
import type { NewToken } from '../ledger/api/createToken';
import { hashSecret } from './authenticate';

type Wanted = Pick<NewToken, 'name' | 'idPrefix' | 'scopes'>;

/** A new token for the ledger, and what its owner is shown once. */
export function makeToken(wanted: Wanted): { readonly row: Omit<NewToken, 'webhook'>; readonly token: string } {
  const [id, secret] = [randomId(), randomBytes(32).toString('base64url')];
  return { row: { ...wanted, id, secretHash: hashSecret(secret) }, token: `cs_${id}_${secret}` };
}

/** No secret: it only has to be another one each time. */
function randomId(): string {
  return Array.from({ length: 12 }, () => randomInt(36).toString(36)).join('');
}

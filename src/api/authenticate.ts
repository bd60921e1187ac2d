import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiScope, ApiToken } from '../domain/apiToken';
import { PermanentError } from '../domain/errors';
import type { ApiLedger } from '../ledger/createApiLedger';

/** `cs_`, the token's id, and its secret: 256 random bits in base64url. */
const pattern = /^Bearer cs_([0-9a-z]{12})_([A-Za-z0-9_-]{43})$/i;

/** @throws PermanentError UNAUTHENTICATED, the same for a token that never was, a wrong secret and a revoked one */
export async function authenticate(
  ledger: Pick<ApiLedger, 'findToken'>,
  authorization: string | undefined,
): Promise<ApiToken> {
  const [, id, secret] = pattern.exec(authorization ?? '') ?? [];
  const found = id === undefined || secret === undefined ? null : await ledger.findToken(id);
  // In constant time: how much of a hash was right must not show.
  if (!found || !timingSafeEqual(hashSecret(secret ?? ''), found.secretHash)) {
    throw new PermanentError('UNAUTHENTICATED', 'a valid token is needed');
  }
  return found.token;
}

/** Any of the scopes will do. @throws PermanentError FORBIDDEN */
export function requireScope(token: ApiToken, scope: ApiScope | readonly ApiScope[]): void {
  const wanted = [scope].flat();
  if (wanted.some((one) => token.scopes.includes(one))) return;
  throw new PermanentError('FORBIDDEN', `it needs a token with the scope ${wanted.join(' or ')}`);
}

/** Plain SHA-256: a slow hash protects secrets that can be guessed, and these cannot. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

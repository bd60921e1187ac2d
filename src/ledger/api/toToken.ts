import type { Selectable } from 'kysely';
import type { ApiToken } from '../../domain/apiToken';
import type { TokenRow } from '../tables';

export function toToken(row: Selectable<TokenRow>): ApiToken {
  return {
    id: row.id,
    name: row.name,
    idPrefix: row.id_prefix,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}

import type { ApiToken } from '../../domain/apiToken';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';
import { toToken } from './toToken';

export interface FoundToken {
  readonly token: ApiToken;
  readonly secretHash: Buffer;
}

/** One answer for each id: null when there is none, or it was revoked. */
export async function findTokens(
  { db }: LedgerContext,
  ids: readonly string[],
): Promise<readonly (FoundToken | null)[]> {
  const rows = await askLedger('the token cannot be read', () =>
    db
      .selectFrom('api.tokens')
      .selectAll()
      .where('id', 'in', [...new Set(ids)])
      .where('revoked_at', 'is', null)
      .execute(),
  );
  const found = new Map(rows.map((row) => [row.id, { token: toToken(row), secretHash: row.secret_hash }]));
  return ids.map((id) => found.get(id) ?? null);
}

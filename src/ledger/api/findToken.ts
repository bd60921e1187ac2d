import type { ApiToken } from '../../domain/apiToken';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';
import { toToken } from './toToken';

export interface FoundToken {
  readonly token: ApiToken;
  readonly secretHash: Buffer;
}

/** Null when there is none, or it was revoked. */
export async function findToken({ db }: LedgerContext, id: string): Promise<FoundToken | null> {
  const row = await askLedger('the token cannot be read', () =>
    db.selectFrom('api.tokens').selectAll().where('id', '=', id).where('revoked_at', 'is', null).executeTakeFirst(),
  );
  return row ? { token: toToken(row), secretHash: row.secret_hash } : null;
}

import type { ApiScope, ApiToken } from '../../domain/apiToken';
import { PermanentError } from '../../domain/errors';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';
import { toToken } from './toToken';

export interface NewToken {
  readonly id: string;
  /** SHA-256: the secret itself is kept nowhere. */
  readonly secretHash: Buffer;
  readonly name: string;
  readonly idPrefix: string | null;
  readonly scopes: readonly ApiScope[];
  readonly webhook: { readonly url: string; readonly secret: string } | null;
}

/** @throws PermanentError TOKEN_CONFLICT when a live token has the name or the prefix */
export async function createToken({ db }: LedgerContext, token: NewToken): Promise<ApiToken> {
  const { id, secretHash, name, idPrefix, scopes, webhook } = token;
  const row = { id, secret_hash: secretHash, name, id_prefix: idPrefix, scopes };
  return askLedger('the token cannot be made', () =>
    db.transaction().execute(async (tx) => {
      const made = await tx
        .insertInto('api.tokens')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      if (!made) throw new PermanentError('TOKEN_CONFLICT', `a live token is named ${name}, or has its prefix`);
      if (webhook)
        await tx
          .insertInto('api.webhooks')
          .values({ token_id: id, ...webhook })
          .execute();
      return toToken(made);
    }),
  );
}

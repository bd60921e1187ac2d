import { PermanentError } from '../../domain/errors';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

/** Gives a live token a webhook, another one, or none. @throws PermanentError NOT_FOUND */
export async function setWebhook(
  { db }: LedgerContext,
  nameOrId: string,
  webhook: { readonly url: string; readonly secret: string } | null,
): Promise<void> {
  await askLedger('the webhook cannot be set', () =>
    db.transaction().execute(async (tx) => {
      const token = await tx
        .selectFrom('api.tokens')
        .select('id')
        .where((eb) => eb.or([eb('name', '=', nameOrId), eb('id', '=', nameOrId)]))
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      if (!token) throw new PermanentError('NOT_FOUND', `no live token ${nameOrId}`);
      await tx.deleteFrom('api.webhooks').where('token_id', '=', token.id).execute();
      if (webhook)
        await tx
          .insertInto('api.webhooks')
          .values({ token_id: token.id, ...webhook })
          .execute();
    }),
  );
}

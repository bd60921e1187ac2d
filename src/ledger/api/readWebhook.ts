import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

export interface Webhook {
  readonly url: string;
  /** `whsec_` and base64: what it is signed with. */
  readonly secret: string;
}

/** Null when the token is revoked, or has none any more. */
export async function readWebhook({ db }: LedgerContext, tokenId: string): Promise<Webhook | null> {
  const row = await askLedger('the webhook cannot be read', () =>
    db
      .selectFrom('api.webhooks as w')
      .innerJoin('api.tokens as t', 't.id', 'w.token_id')
      .select(['w.url', 'w.secret'])
      .where('w.token_id', '=', tokenId)
      .where('t.revoked_at', 'is', null)
      .executeTakeFirst(),
  );
  return row ?? null;
}

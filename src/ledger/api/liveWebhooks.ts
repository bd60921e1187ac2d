import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

export interface LiveWebhook {
  readonly tokenId: string;
  /** Null: of every settlement. */
  readonly idPrefix: string | null;
  /** What ended before is not told. */
  readonly sinceMs: number;
}

/** Of every token that was not revoked. Where they lead is not the API's to know. */
export async function liveWebhooks({ db }: LedgerContext): Promise<readonly LiveWebhook[]> {
  const rows = await askLedger('webhooks cannot be read', () =>
    db
      .selectFrom('api.webhooks as w')
      .innerJoin('api.tokens as t', 't.id', 'w.token_id')
      .select(['w.token_id', 't.id_prefix', 'w.created_at'])
      .where('t.revoked_at', 'is', null)
      .execute(),
  );
  return rows.map((row) => ({ tokenId: row.token_id, idPrefix: row.id_prefix, sinceMs: row.created_at.getTime() }));
}

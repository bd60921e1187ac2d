import type { ApiToken } from '../../domain/apiToken';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';
import { toToken } from './toToken';

export interface ListedToken extends ApiToken {
  readonly webhookUrl: string | null;
}

/** Every token that ever was, oldest first; of a webhook its URL, never its secret. */
export async function listTokens({ db }: LedgerContext): Promise<readonly ListedToken[]> {
  const rows = await askLedger('tokens cannot be listed', () =>
    db
      .selectFrom('api.tokens as t')
      .leftJoin('api.webhooks as w', 'w.token_id', 't.id')
      .selectAll('t')
      .select('w.url as webhook_url')
      .orderBy('t.created_at')
      .execute(),
  );
  return rows.map((row) => ({ ...toToken(row), webhookUrl: row.webhook_url }));
}

import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

/** Up to which of the ledger's events webhooks have been started. */
export async function webhookCursor({ db }: LedgerContext): Promise<bigint> {
  const row = await askLedger('the webhooks cannot be read', () =>
    db.selectFrom('api.webhook_cursor').select('event').executeTakeFirst(),
  );
  return BigInt(row?.event ?? 0);
}

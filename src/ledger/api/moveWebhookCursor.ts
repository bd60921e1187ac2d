import { sql } from 'kysely';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

/** Forward only: another process may be further. */
export async function moveWebhookCursor({ db }: LedgerContext, event: bigint): Promise<void> {
  const query = sql`update api.webhook_cursor set event = ${event.toString()}::bigint where event < ${event.toString()}::bigint`;
  await askLedger('the webhooks cannot be noted', () => query.execute(db));
}

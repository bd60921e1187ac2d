import { sql } from 'kysely';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

/** Whether anybody could use the API. */
export async function hasTokens({ db }: LedgerContext): Promise<boolean> {
  const query = sql<{ any: boolean }>`select exists (select 1 from api.tokens where revoked_at is null) as any`;
  const { rows } = await askLedger('the tokens cannot be read', () => query.execute(db));
  return rows[0]?.any ?? false;
}

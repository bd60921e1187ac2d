import { sql } from 'kysely';
import type { SettlementRecord } from '../../domain/record';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

/** Keeps what a submit is answered, and returns what the first one was: every repeat gets that. */
export async function keepAnswer({ db }: LedgerContext, answer: SettlementRecord): Promise<SettlementRecord> {
  const { settlementId, holder } = answer;
  const query = sql<{ answer: SettlementRecord }>`
    insert into api.submissions as s (settlement_id, holder, answer) values (${settlementId}, ${holder}, ${JSON.stringify(answer)}::jsonb)
    on conflict (settlement_id) do update set answer = coalesce(s.answer, excluded.answer) returning s.answer`;
  const { rows } = await askLedger('the answer cannot be kept', () => query.execute(db));
  return rows[0]?.answer ?? answer;
}

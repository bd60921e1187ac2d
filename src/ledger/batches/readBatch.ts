import { sql } from 'kysely';
import type { BatchReport } from '../../domain/batch';
import type { SettlementStatus } from '../../domain/status';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

interface CountRow {
  readonly status: SettlementStatus | 'CONFLICT';
  readonly count: number;
  readonly operator: number;
}

/** What stands of a batch's orders, or null when there is no such batch. @throws TransientError LEDGER_UNAVAILABLE */
export async function readBatch({ db }: LedgerContext, batchId: string): Promise<BatchReport | null> {
  return askLedger(`batch ${batchId} cannot be read`, async () => {
    const batch = await db.selectFrom('ledger.batches').selectAll().where('batch_id', '=', batchId).executeTakeFirst();
    if (!batch) return null;
    const { rows } = await sql<CountRow>`
      select case when s.fingerprint <> o.fingerprint then 'CONFLICT' else coalesce(s.status, 'PENDING') end as status,
        count(*)::integer as count, (count(*) filter (where s.needs_operator))::integer as operator
      from ledger.batch_orders o left join ledger.settlements s using (settlement_id)
      where o.batch_id = ${batchId} group by 1`.execute(db);
    const known = rows.filter(({ status }) => status !== 'CONFLICT');
    return {
      batchId,
      // One that still takes orders has as many as it has now.
      size: batch.size ?? rows.reduce((sum, { count }) => sum + count, 0),
      createdAt: batch.created_at.toISOString(),
      statuses: Object.fromEntries(known.map(({ status, count }) => [status, count])),
      conflicts: rows.find(({ status }) => status === 'CONFLICT')?.count ?? 0,
      needsOperator: known.reduce((sum, { operator }) => sum + operator, 0),
    };
  });
}

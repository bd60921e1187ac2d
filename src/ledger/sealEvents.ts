import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { PoolClient } from 'pg';
import { failpoint } from '../failpoint';
import { asLedgerError } from './asLedgerError';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';
import { sealDigest } from './sealDigest';

export interface Seal {
  readonly fromId: number;
  readonly toId: number;
}

/** Any number that nothing else in the database locks. */
const sealLock = 7_316_202;
const [settlePauseMs, mostPauses] = [20, 100];

/**
 * Seals every event since the last seal whose neighbours are all in. Null when there is nothing new, when another process
 * seals just now, or when a transaction that may still add to the range does not end.
 */
export async function sealEvents(context: LedgerContext, key: string): Promise<Seal | null> {
  let client: PoolClient | undefined;
  try {
    client = await context.pool.connect();
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [sealLock]);
    if (!rows[0]?.locked) return null;
    try {
      return await sealNext(context, key);
    } finally {
      await client.query('select pg_advisory_unlock($1)', [sealLock]);
    }
  } catch (error) {
    throw asLedgerError(error, 'events cannot be sealed');
  } finally {
    client?.release();
  }
}

async function sealNext(context: LedgerContext, key: string): Promise<Seal | null> {
  const { db } = context;
  const last = await db.selectFrom('ledger.event_seals').selectAll().orderBy('from_id', 'desc').limit(1).execute();
  const fromId = Number(last[0]?.to_id ?? 0) + 1;
  const toId = await settledUpTo(context);
  if (toId < fromId) return null;
  const mac = await sealDigest(context, key, { fromId, toId }, last[0]?.mac ?? null);
  failpoint('seal-digested');
  await db.insertInto('ledger.event_seals').values({ from_id: fromId, to_id: toId, mac }).execute();
  return { fromId, toId };
}

/**
 * The last id that was handed out, once every transaction that can hold it or an earlier one has ended: ids are not committed
 * in their order. Whoever holds such an id wrote its settlement first, so its transaction is older than one begun afterwards.
 */
async function settledUpTo(context: LedgerContext): Promise<number> {
  const { rows } = await askLedger('events cannot be sealed', () =>
    sql<{ readonly id: string; readonly horizon: string }>`
      with handed_out as materialized (
        select case when is_called then last_value else 0 end as id from ledger.settlement_events_id_seq)
      select id, pg_current_xact_id()::text as horizon from handed_out`.execute(context.db),
  );
  const [mark] = rows;
  if (!mark) return 0;
  for (let pauses = 0; pauses < mostPauses; pauses++) {
    const settled = await askLedger('events cannot be sealed', () =>
      sql<{
        readonly settled: boolean;
      }>`select pg_snapshot_xmin(pg_current_snapshot()) > ${mark.horizon}::xid8 as settled`.execute(context.db),
    );
    if (settled.rows[0]?.settled) return Number(mark.id);
    await pause(settlePauseMs);
  }
  return 0;
}

import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { PermanentError, TransientError } from '../domain/errors';
import { askLedger } from './askLedger';
import type { HashedEvent } from './eventHash';
import type { LedgerContext } from './openLedger';

/** An event as an auditor keeps it: everything its hash covers, hashes in hex. */
export interface ExportedEvent extends Omit<HashedEvent, 'previousHash'> {
  /** Of the ledger, in the order in which events were written. */
  readonly id: number;
  /** ISO 8601, to the millisecond; `atMicros` is what the hash covers. */
  readonly at: string;
  /** Of the event before it in its settlement; of the first, the order's fingerprint. */
  readonly previousHash: string;
  readonly hash: string;
}

/** From the one moment up to the other, without it; null: from the first event, up to now. */
export interface ExportPeriod {
  readonly from: Date | null;
  readonly to: Date | null;
  /** How long a transaction that may have written an event of the period is waited for. */
  readonly patienceMs?: number;
}

interface Moment {
  readonly now_micros: string;
  readonly horizon: string;
}

const pageSize = 1_000;
const settlePauseMs = 20;
/** Longer than a transaction may stand still (src/ledger/openLedger.ts). */
const usualPatienceMs = 20_000;

/**
 * Every event of a period, none missing, page by page: it changes nothing, and needs the memory of a page.
 * @throws PermanentError USAGE: the period has not ended; TransientError LEDGER_UNAVAILABLE
 */
export async function* exportEvents(context: LedgerContext, period: ExportPeriod): AsyncGenerator<ExportedEvent> {
  const { from, to, patienceMs = usualPatienceMs } = period;
  const moment = await readMoment(context);
  const nowMicros = BigInt(moment.now_micros);
  const [fromMicros, toMicros] = [microsOf(from) ?? 0n, microsOf(to) ?? nowMicros];
  if (toMicros > nowMicros) throw new PermanentError('USAGE', 'the period has not ended by the clock of the database');
  await allEnded(context, moment.horizon, patienceMs);
  for (let after = 0; ;) {
    const page = await readPage(context, after);
    for (const event of page) {
      const at = BigInt(event.atMicros);
      if (at >= fromMicros && at < toMicros) yield event;
    }
    const last = page.at(-1);
    if (!last || page.length < pageSize) return;
    after = last.id;
  }
}

function microsOf(moment: Date | null): bigint | null {
  return moment && BigInt(moment.getTime()) * 1_000n;
}

/** Now, and a transaction number that is given out after it: whoever wrote an event before now has a lower one. */
async function readMoment({ db }: LedgerContext): Promise<Moment> {
  // The statement's time is taken first. A snapshot's xmax would not do: the newest that still run are not below it.
  const query = sql<Moment>`select (extract(epoch from statement_timestamp()) * 1000000)::bigint::text as now_micros,
    pg_current_xact_id()::text as horizon`;
  const { rows } = await askLedger('the time cannot be read', () => query.execute(db));
  const [moment] = rows;
  if (!moment) throw new TransientError('LEDGER_UNAVAILABLE', 'the ledger told no time');
  return moment;
}

/** Events are not committed in the order of their times: one of the period may be in a transaction that still runs. */
async function allEnded({ db }: LedgerContext, horizon: string, patienceMs: number): Promise<void> {
  const givesUpAt = performance.now() + patienceMs;
  do {
    const query = sql<{ readonly ended: boolean }>`
      select pg_snapshot_xmin(pg_current_snapshot()) > ${horizon}::xid8 as ended`;
    const { rows } = await askLedger('transactions cannot be read', () => query.execute(db));
    if (rows[0]?.ended) return;
    await pause(settlePauseMs);
  } while (performance.now() < givesUpAt);
  throw new TransientError('LEDGER_UNAVAILABLE', 'a transaction that may have written an event does not end');
}

async function readPage({ db }: LedgerContext, after: number): Promise<readonly ExportedEvent[]> {
  // The period is not asked for here: there is no index on times, and a page must not cost the whole table.
  const query = sql<Omit<ExportedEvent, 'id' | 'at'> & { readonly id: string }>`
    select id::text, settlement_id as "settlementId", seq, from_status as "fromStatus", to_status as "toStatus", attempt,
      facts::text as facts, (extract(epoch from at) * 1000000)::bigint::text as "atMicros",
      encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash
    from ledger.settlement_events e where e.id > ${after} order by e.id limit ${pageSize}`;
  const { rows } = await askLedger('events cannot be read', () => query.execute(db));
  return rows.map(({ id, atMicros, ...event }) => ({
    id: Number(id),
    ...event,
    at: new Date(Number(BigInt(atMicros) / 1_000n)).toISOString(),
    atMicros,
  }));
}

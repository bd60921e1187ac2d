import { sql } from 'kysely';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';
import type { EventRow } from '../tables';
import { toLedgerEvent, type LedgerEvent } from './ledgerEvent';

export interface NewEvent extends LedgerEvent {
  /** Of the ledger: in the order in which they were written, not in which they were committed. */
  readonly id: bigint;
  /** Of the event, hex. */
  readonly hash: string;
}

/** Events as one snapshot of the database has them. */
export interface EventPage {
  readonly events: readonly NewEvent[];
  /** Every transaction before this one has ended, and what it wrote is seen. */
  readonly endedBelow: bigint;
  /** The first transaction that had not begun. */
  readonly begunBelow: bigint;
  readonly epoch: number;
  readonly newest: bigint;
}

interface Snapshot {
  readonly ended_below: string;
  readonly begun_below: string;
  readonly epoch: number;
  readonly newest: string;
}

/** The one row that is there when there is no event has none in it. */
type Row = Snapshot & (EventRow | { readonly id: null });

/** Up to so many events after one, by id, and what can be said of those that are missing in between. */
export async function newEvents({ db }: LedgerContext, after: bigint, limit: number): Promise<EventPage> {
  const query = sql<Row>`
    select s.*, e.* from (
      select pg_snapshot_xmin(pg_current_snapshot())::text as ended_below, pg_snapshot_xmax(pg_current_snapshot())::text as begun_below,
        (select epoch from ledger.ledger) as epoch, (select coalesce(max(id), 0) from ledger.settlement_events)::text as newest) s
    left join (select * from ledger.settlement_events where id > ${after.toString()}::bigint order by id limit ${limit}) e on true
    order by e.id`;
  const { rows } = await askLedger('new events cannot be read', () => query.execute(db));
  const [first] = rows;
  return {
    events: rows.flatMap((row) =>
      row.id === null ? [] : { ...toLedgerEvent(row), id: BigInt(row.id), hash: row.hash.toString('hex') },
    ),
    endedBelow: BigInt(first?.ended_below ?? 0),
    begunBelow: BigInt(first?.begun_below ?? 0),
    epoch: first?.epoch ?? 0,
    newest: BigInt(first?.newest ?? 0),
  };
}

import { sql } from 'kysely';
import { isLegalTransition, type SettlementStatus } from '../domain/status';
import { askLedger } from './askLedger';
import { eventHash } from './eventHash';
import type { LedgerContext } from './openLedger';
import type { SettlementRow } from './tables';

export type EventsVerified =
  | { readonly ok: true; readonly settlements: number; readonly events: number }
  | { readonly ok: false; readonly settlementId: string; readonly seq: number; readonly what: string };

/** An event with what it is checked against; `row_…` is null when the settlement's row is gone. */
interface CheckedEvent {
  readonly settlement_id: string;
  readonly seq: number;
  readonly from_status: SettlementStatus | null;
  readonly to_status: SettlementStatus;
  readonly attempt: number;
  readonly facts: string;
  readonly at_micros: string;
  readonly previous_hash: Buffer;
  readonly hash: Buffer;
  readonly is_last: boolean;
  readonly row_fingerprint: string | null;
  readonly row_status: SettlementRow['status'] | null;
  readonly row_attempt: number | null;
  readonly row_facts: string | null;
}

const pageSize = 1_000;

/**
 * Walks every settlement's chain of events: no gap, legal steps only, every hash as computed here, the last event equal to
 * the row. Says the first that is wrong. In pages, each of one moment: settlements may go on meanwhile.
 */
export async function verifyEvents(context: LedgerContext): Promise<EventsVerified> {
  const orphan = await rowWithoutEvents(context);
  if (orphan !== undefined) return { ok: false, settlementId: orphan, seq: 1, what: 'its events are gone' };
  let [settlements, events] = [0, 0];
  let previous: CheckedEvent | undefined;
  for (;;) {
    const page = await readPage(context, previous);
    for (const event of page) {
      const same = previous?.settlement_id === event.settlement_id ? previous : undefined;
      const what = faultOf(event, same);
      if (what !== undefined) return { ok: false, settlementId: event.settlement_id, seq: event.seq, what };
      if (event.seq === 1) settlements++;
      events++;
      previous = event;
    }
    if (page.length < pageSize) return { ok: true, settlements, events };
  }
}

function faultOf(event: CheckedEvent, previous: CheckedEvent | undefined): string | undefined {
  if (event.row_fingerprint === null) return "the settlement's row is gone";
  if (event.seq !== (previous?.seq ?? 0) + 1) return `event ${(previous?.seq ?? 0) + 1} is missing before it`;
  if (event.from_status !== (previous?.to_status ?? null)) return 'it does not begin where the event before it ended';
  if (!isLegal(event)) return `${event.from_status ?? 'nothing'} -> ${event.to_status} is not a legal step`;
  const previousHash = previous?.hash ?? Buffer.from(event.row_fingerprint.slice(2), 'hex');
  if (!event.previous_hash.equals(previousHash)) return 'its previous hash is not the hash of the event before it';
  const computed = eventHash({
    previousHash,
    settlementId: event.settlement_id,
    seq: event.seq,
    fromStatus: event.from_status,
    toStatus: event.to_status,
    attempt: event.attempt,
    facts: event.facts,
    atMicros: event.at_micros,
  });
  if (!event.hash.equals(computed)) return 'its hash does not fit what it says';
  if (!event.is_last) return undefined;
  const equal =
    event.to_status === event.row_status && event.attempt === event.row_attempt && event.facts === event.row_facts;
  return equal ? undefined : "it is the last, and the settlement's row says something else";
}

/** A change of facts keeps the status; a chain begins PENDING. */
function isLegal({ from_status, to_status, seq }: CheckedEvent): boolean {
  if (from_status === null) return seq === 1 && to_status === 'PENDING';
  return from_status === to_status || isLegalTransition(from_status, to_status);
}

async function readPage({ db }: LedgerContext, after: CheckedEvent | undefined): Promise<readonly CheckedEvent[]> {
  const query = sql<CheckedEvent>`
    select e.settlement_id, e.seq, e.from_status, e.to_status, e.attempt, e.facts::text as facts, e.previous_hash, e.hash,
      (extract(epoch from e.at) * 1000000)::bigint::text as at_micros,
      not exists (select 1 from ledger.settlement_events n where n.settlement_id = e.settlement_id and n.seq > e.seq) as is_last,
      s.fingerprint as row_fingerprint, s.status as row_status, s.attempt as row_attempt,
      case when s.settlement_id is not null then ledger.facts_of(s)::text end as row_facts
    from ledger.settlement_events e left join ledger.settlements s on s.settlement_id = e.settlement_id
    where (e.settlement_id, e.seq) > (${after?.settlement_id ?? ''}, ${after?.seq ?? 0}::integer)
    order by e.settlement_id, e.seq limit ${pageSize}`;
  return (await askLedger('events cannot be read', () => query.execute(db))).rows;
}

async function rowWithoutEvents({ db }: LedgerContext): Promise<string | undefined> {
  const query = sql<{ readonly settlement_id: string }>`
    select s.settlement_id from ledger.settlements s
    where not exists (select 1 from ledger.settlement_events e where e.settlement_id = s.settlement_id) limit 1`;
  return (await askLedger('settlements cannot be read', () => query.execute(db))).rows[0]?.settlement_id;
}

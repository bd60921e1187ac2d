import { groupBy, needsLedger, type Checker } from './checker';
import { eventHash } from './eventHash';
import type { EventRow, LedgerFacts } from './world';

/** Section 4 of the design, written out a second time. The first event of a settlement comes from nowhere. */
const legal: Readonly<Record<string, readonly string[]>> = {
  '': ['PENDING'],
  PENDING: ['PROCESSING', 'FAILED'],
  PROCESSING: ['BURNING', 'FAILED'],
  BURNING: ['BURNED', 'FAILED'],
  BURNED: ['MINTING', 'COMPENSATING'],
  MINTING: ['MINTED', 'COMPENSATING'],
  MINTED: ['COMPLETED', 'COMPENSATING'],
  COMPLETED: ['COMPENSATING'],
  COMPENSATING: ['FAILED', 'MINTING', 'MINTED'],
  FAILED: ['PROCESSING'],
};

export const i9EventLog: Checker = {
  invariant: 'I9',
  says: 'the event log has no gap, its hashes verify, its transitions are legal, its end is the row',
  check({ ledger }) {
    if (!ledger) return needsLedger;
    const events = groupBy(ledger.events, ({ settlementId }) => settlementId);
    const known = new Set(ledger.settlements.map(({ settlementId }) => settlementId));
    return [
      ...[...events.keys()].filter((id) => !known.has(id)).map((id) => `${id}: has events and no row`),
      ...[...events].flatMap(([id, chain]) => chainFindings(chain).map((what) => `${id} ${what}`)),
      ...endFindings(ledger, events),
    ];
  },
};

/** `events` of one settlement, by seq. */
function chainFindings(events: readonly EventRow[]): string[] {
  return events.flatMap((event, at) => {
    const before = events[at - 1];
    const found: string[] = [];
    const where = `seq ${event.seq}`;
    if (event.seq !== (before?.seq ?? 0) + 1) found.push(`${where}: follows seq ${before?.seq ?? 0}`);
    if ((event.fromStatus ?? '') !== (before?.toStatus ?? '')) {
      found.push(`${where}: from ${event.fromStatus}, the one before went to ${before?.toStatus}`);
    }
    const { fromStatus, toStatus } = event;
    // What is not a step but a note on one (an operator called, say) keeps the status.
    if (fromStatus !== toStatus && !legal[fromStatus ?? '']?.includes(toStatus)) {
      found.push(`${where}: ${fromStatus} to ${toStatus} is not legal`);
    }
    if (event.previousHash !== (before?.hash ?? null)) found.push(`${where}: does not hold the hash of the one before`);
    if (eventHash(event) !== event.hash) found.push(`${where}: its hash is not that of what it says`);
    return found;
  });
}

function endFindings({ settlements }: LedgerFacts, events: ReadonlyMap<string, readonly EventRow[]>): string[] {
  return settlements.flatMap(({ settlementId, status, attempt }) => {
    const last = events.get(settlementId)?.at(-1);
    if (!last) return [`${settlementId}: has no event`];
    if (last.toStatus === status && last.attempt === attempt) return [];
    return [`${settlementId}: is ${status} (attempt ${attempt}), its events end at ${last.toStatus} (${last.attempt})`];
  });
}

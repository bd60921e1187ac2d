import { groupBy, needsLedger, type Checker } from './checker';
import { eventHash } from './eventHash';
import type { EventRow, SettlementRow } from './world';

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
    const rows = new Map(ledger.settlements.map((row) => [row.settlementId, row]));
    return [
      ...[...events].flatMap(([id, chain]) => {
        const row = rows.get(id);
        return row ? chainFindings(chain, row).map((what) => `${id} ${what}`) : [`${id}: has events and no row`];
      }),
      ...ledger.settlements.flatMap((row) => endFindings(row, events.get(row.settlementId)?.at(-1))),
    ];
  },
};

/** `events` of one settlement, by seq. The chain begins at the order's fingerprint. */
function chainFindings(events: readonly EventRow[], { fingerprint }: SettlementRow): string[] {
  return events.flatMap((event, at) => {
    const before = events[at - 1];
    const { seq, fromStatus, toStatus, previousHash, hash } = event;
    const found: string[] = [];
    if (seq !== (before?.seq ?? 0) + 1) found.push(`follows seq ${before?.seq ?? 0}`);
    if (fromStatus !== (before?.toStatus ?? null)) {
      found.push(`from ${fromStatus}, the one before went to ${before?.toStatus}`);
    }
    // What is not a step but a change of facts (another run took over, an operator is called) keeps the status.
    if (fromStatus !== toStatus && !legal[fromStatus ?? '']?.includes(toStatus)) {
      found.push(`${fromStatus} to ${toStatus} is not legal`);
    }
    if (previousHash !== (before?.hash ?? fingerprint)) found.push('does not hold the hash of the one before');
    if (eventHash(event) !== hash) found.push('its hash is not that of what it says');
    return found.map((what) => `seq ${seq}: ${what}`);
  });
}

const toldFacts = ['burnTxHash', 'mintTxHash', 'refundTxHash', 'compensated', 'needsOperator'] as const;

function endFindings(row: SettlementRow, last: EventRow | undefined): string[] {
  const { settlementId, status, attempt } = row;
  if (!last) return [`${settlementId}: has no event`];
  const found: string[] = [];
  if (last.toStatus !== status || last.attempt !== attempt) {
    found.push(`is ${status} (attempt ${attempt}), its events end at ${last.toStatus} (attempt ${last.attempt})`);
  }
  const facts = JSON.parse(last.factsText) as Readonly<Record<string, string | boolean>>;
  for (const name of toldFacts) {
    // What the row does not have the event leaves out.
    const told = facts[name] ?? null;
    if (told !== row[name]) found.push(`${name} is ${row[name]}, its last event says ${told}`);
  }
  return found.map((what) => `${settlementId}: ${what}`);
}

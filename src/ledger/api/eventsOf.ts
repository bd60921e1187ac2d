import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';
import { toLedgerEvent, type LedgerEvent } from './ledgerEvent';

/** What happened to a settlement after its event `afterSeq`, in order. */
export async function eventsOf(
  { db }: LedgerContext,
  settlementId: string,
  afterSeq: number,
): Promise<readonly LedgerEvent[]> {
  const rows = await askLedger('events cannot be read', () =>
    db
      .selectFrom('ledger.settlement_events')
      .selectAll()
      .where('settlement_id', '=', settlementId)
      .where('seq', '>', afterSeq)
      .orderBy('seq')
      .execute(),
  );
  return rows.map(toLedgerEvent);
}

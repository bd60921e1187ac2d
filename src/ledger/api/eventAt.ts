import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';
import { toLedgerEvent, type LedgerEvent } from './ledgerEvent';

/** One event of a settlement; null when there is none of that number. */
export async function eventAt({ db }: LedgerContext, settlementId: string, seq: number): Promise<LedgerEvent | null> {
  const row = await askLedger('the event cannot be read', () =>
    db
      .selectFrom('ledger.settlement_events')
      .selectAll()
      .where('settlement_id', '=', settlementId)
      .where('seq', '=', seq)
      .executeTakeFirst(),
  );
  return row ? toLedgerEvent(row) : null;
}

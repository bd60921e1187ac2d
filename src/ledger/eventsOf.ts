import type { SettlementStatus } from '../domain/status';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** One step of a settlement, as it was appended. */
export interface SettlementEvent {
  readonly seq: number;
  readonly to: SettlementStatus;
  readonly attempt: number;
  /** ISO 8601, by the database's clock. */
  readonly at: string;
}

/** Every step of one settlement, the first first; none when it never entered. */
export async function eventsOf({ db }: LedgerContext, settlementId: string): Promise<readonly SettlementEvent[]> {
  const rows = await askLedger('events cannot be read', () =>
    db
      .selectFrom('ledger.settlement_events')
      .select(['seq', 'to_status', 'attempt', 'at'])
      .where('settlement_id', '=', settlementId)
      .orderBy('seq')
      .execute(),
  );
  return rows.map(({ seq, to_status, attempt, at }) => ({ seq, to: to_status, attempt, at: at.toISOString() }));
}

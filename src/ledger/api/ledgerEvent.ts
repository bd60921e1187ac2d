import type { SettlementStatus } from '../../domain/status';
import type { EventRow } from '../tables';

/** A change of a settlement as it is told outside: nothing of the run that made it. */
export interface LedgerEvent {
  readonly settlementId: string;
  /** 1, 2, 3 ... of its settlement. */
  readonly seq: number;
  readonly from: SettlementStatus | null;
  readonly status: SettlementStatus;
  readonly attempt: number;
  readonly burnTxHash: string | null;
  readonly mintTxHash: string | null;
  readonly refundTxHash: string | null;
  readonly compensated: boolean;
  readonly needsOperator: boolean;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  /** ISO 8601, by the database's clock. */
  readonly at: string;
}

export function toLedgerEvent(row: Omit<EventRow, 'id' | 'previous_hash' | 'hash'>): LedgerEvent {
  const facts = row.facts as Partial<Record<string, unknown>>;
  const text = (name: string): string | null => {
    const value = facts[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    settlementId: row.settlement_id,
    seq: row.seq,
    from: row.from_status,
    status: row.to_status,
    attempt: row.attempt,
    burnTxHash: text('burnTxHash'),
    mintTxHash: text('mintTxHash'),
    refundTxHash: text('refundTxHash'),
    compensated: facts.compensated === true,
    needsOperator: facts.needsOperator === true,
    errorCode: text('errorCode'),
    errorMessage: text('errorMessage'),
    at: row.at.toISOString(),
  };
}

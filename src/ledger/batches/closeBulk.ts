import { sql } from 'kysely';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

export interface ClosedBatch {
  readonly batchId: string;
  readonly size: number;
}

/**
 * Closes the bulk batch that takes orders once it is `windowMs` old. Every closed one whose run is not known to have been started.
 * @throws TransientError LEDGER_UNAVAILABLE
 */
export async function closeBulk({ db }: LedgerContext, windowMs: number): Promise<readonly ClosedBatch[]> {
  const { rows } = await askLedger('bulk batches cannot be closed', () =>
    sql<{ batch_id: string; size: number }>`select batch_id, size from ledger.close_bulk(${windowMs})`.execute(db),
  );
  return rows.map(({ batch_id: batchId, size }) => ({ batchId, size }));
}

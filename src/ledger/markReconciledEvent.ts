import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

export async function markReconciledEvent({ db }: LedgerContext, event: bigint): Promise<void> {
  await askLedger('the reconciliation cannot be noted', () =>
    db
      .updateTable('ledger.ledger')
      .set({ reconciled_event: String(event) })
      .execute(),
  );
}

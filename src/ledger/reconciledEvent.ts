import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** Settlements whose events are not newer than this were held against their slots. */
export async function reconciledEvent({ db }: LedgerContext): Promise<bigint> {
  const row = await askLedger('the reconciliation cannot be read', () =>
    db.selectFrom('ledger.ledger').select('reconciled_event').executeTakeFirstOrThrow(),
  );
  return BigInt(row.reconciled_event);
}

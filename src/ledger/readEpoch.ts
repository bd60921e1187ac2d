import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

export async function readEpoch({ db }: LedgerContext): Promise<number> {
  const { epoch } = await askLedger('the epoch cannot be read', () =>
    db.selectFrom('ledger.ledger').select('epoch').executeTakeFirstOrThrow(),
  );
  return epoch;
}

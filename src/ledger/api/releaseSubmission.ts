import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

/** Gives back the place of a submission that was refused after all. */
export async function releaseSubmission({ db }: LedgerContext, settlementId: string): Promise<void> {
  await askLedger('the submission cannot be taken back', () =>
    db.deleteFrom('api.submissions').where('settlement_id', '=', settlementId).where('answer', 'is', null).execute(),
  );
}

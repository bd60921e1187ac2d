import { sql } from 'kysely';
import { PermanentError, TransientError } from '../domain/errors';
import { askLedger } from './askLedger';
import type { Ownership } from './ledger';
import type { LedgerContext } from './openLedger';

type Outcome = 'marked' | 'journaled' | 'epoch' | 'otherAttempt' | 'owner' | 'notInLedger';

/**
 * Proof 2 of a refund. True: no mint of the attempt was ever journaled, and from now on none can be. False: one was, or this
 * ledger does not know (the attempt began before a restore).
 * @throws TransientError OWNERSHIP_LOST, LEDGER_UNAVAILABLE; PermanentError NOT_FOUND, ILLEGAL_STEP for another attempt
 */
export async function markNoMint(
  { db }: LedgerContext,
  { owner, attempt }: { readonly owner: Ownership; readonly attempt: number },
): Promise<boolean> {
  const { settlementId, runId, fence } = owner;
  const query = sql<{
    readonly outcome: Outcome;
  }>`select ledger.mark_no_mint(${settlementId}, ${runId}, ${fence}, ${attempt}) as outcome`;
  const { rows } = await askLedger(`settlement ${settlementId} cannot be marked`, () => query.execute(db));
  switch (rows[0]?.outcome) {
    case 'marked':
      return true;
    case 'journaled':
    case 'epoch':
      return false;
    case 'owner':
      throw new TransientError('OWNERSHIP_LOST', `settlement ${settlementId} is not driven by run ${runId} any more`);
    case 'otherAttempt':
      throw new PermanentError('ILLEGAL_STEP', `settlement ${settlementId} is not in attempt ${attempt}`);
    default:
      throw new PermanentError('NOT_FOUND', `settlement ${settlementId} is not in the ledger`);
  }
}

import type { ResolutionRecord } from '../domain/messages';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** The activity that writes a word: tried again it is the same. */
export interface ResolutionSource {
  readonly runId: string;
  readonly activityId: string;
}

/** Keeps an operator's word. @throws TransientError LEDGER_UNAVAILABLE */
export async function recordResolution(
  { db }: LedgerContext,
  { settlementId, attempt, status, action, by, evidence }: ResolutionRecord,
  { runId, activityId }: ResolutionSource,
): Promise<void> {
  const said = { attempt, status, action, said_by: by, evidence };
  const row = { settlement_id: settlementId, run_id: runId, activity_id: activityId, ...said };
  await askLedger(`the word on ${settlementId} cannot be kept`, () =>
    db
      .insertInto('ledger.resolutions')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

import { sql } from 'kysely';
import { askLedger } from './askLedger';
import type { LedgerSettlement, Step } from './ledger';
import type { LedgerContext } from './openLedger';
import { storable } from './storable';
import type { SettlementRow } from './tables';
import { toSettlement } from './toSettlement';

export interface StepAnswer {
  /** `advanced`, or `repeated` when it stands there already; otherwise why nothing was written for this step. */
  readonly outcome: 'advanced' | 'repeated' | 'notInLedger' | 'owner' | 'otherAttempt' | 'status';
  /** As it stands after this step; null when it is not in the ledger. */
  readonly settlement: LedgerSettlement | null;
}

type AnswerRow = SettlementRow & { readonly index: number; readonly outcome: StepAnswer['outcome'] };

/**
 * Takes the steps of many settlements in one database transaction, in their order, each on its own: one that is refused stops
 * no other. One answer for each step. A settlement's steps are of one caller: what comes later in the list tells what stood before.
 */
export async function advanceAll(
  { db, onStep }: LedgerContext,
  steps: readonly Step[],
): Promise<readonly StepAnswer[]> {
  if (steps.length === 0) return [];
  const json = JSON.stringify(steps.map(toJson));
  const { rows } = await askLedger('settlements cannot advance', () =>
    sql<AnswerRow>`select index, outcome, (settlement).* from ledger.advance(${json}::jsonb) order by index`.execute(
      db,
    ),
  );
  return rows.map((row) => {
    const settlement = row.outcome === 'notInLedger' ? null : toSettlement(row);
    if (settlement && row.outcome === 'advanced') onStep(settlement.record);
    return { outcome: row.outcome, settlement };
  });
}

function toJson({ owner, attempt, to, facts }: Step) {
  const { settlementId, runId, fence } = owner;
  const message = facts?.errorMessage;
  const written = message == null ? facts : { ...facts, errorMessage: storable(message) };
  return { settlementId, runId, fence, attempt, to, facts: written };
}

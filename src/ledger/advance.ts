import { PermanentError, TransientError } from '../domain/errors';
import type { StepAnswer } from './advanceAll';
import type { LedgerSettlement, Step } from './ledger';

/**
 * Takes one step of one settlement, or several that follow each other, in one database transaction. What was taken already
 * is not taken again.
 * @throws TransientError OWNERSHIP_LOST, LEDGER_UNAVAILABLE; PermanentError ILLEGAL_STEP, and NOT_FOUND when it never entered
 */
export async function advance(
  advanceAll: (steps: readonly Step[]) => Promise<readonly StepAnswer[]>,
  steps: Step | readonly [Step, ...Step[]],
): Promise<LedgerSettlement> {
  const all: readonly Step[] = 'to' in steps ? [steps] : steps;
  const answers = await advanceAll(all);
  answers.forEach((answer, index) => {
    if (answer.outcome !== 'advanced' && answer.outcome !== 'repeated') throw refusal(all[index] as Step, answer);
  });
  return answers.at(-1)?.settlement as LedgerSettlement;
}

function refusal({ owner, attempt, to }: Step, { outcome, settlement }: StepAnswer): Error {
  const what = `settlement ${owner.settlementId} cannot become ${to}`;
  if (!settlement) return new PermanentError('NOT_FOUND', `${what}: it is not in the ledger`);
  const { record } = settlement;
  if (outcome === 'owner') {
    const { runId, fence } = settlement.owner;
    return new TransientError(
      'OWNERSHIP_LOST',
      `${what} for run ${owner.runId}: run ${runId} (fence ${fence}) drives it`,
    );
  }
  if (outcome === 'otherAttempt') {
    return new PermanentError('ILLEGAL_STEP', `${what} in attempt ${attempt}: it is in attempt ${record.attempt}`);
  }
  return new PermanentError('ILLEGAL_STEP', `${what}: it is ${record.status}`);
}

import DataLoader from 'dataloader';
import { TransientError } from '../domain/errors';
import { advanceAll, type StepAnswer } from './advanceAll';
import type { Step } from './ledger';
import type { LedgerContext } from './openLedger';

/** One lost answer must not leave too many in doubt. */
const mostTogether = 100;

/**
 * The steps of settlements that move on in the same turn of the event loop, as one database transaction: operations of one
 * transaction become final in one block. Each is answered on its own.
 */
export function joinAdvances(context: LedgerContext): (steps: readonly Step[]) => Promise<readonly StepAnswer[]> {
  const loader = new DataLoader<readonly Step[], readonly StepAnswer[]>((groups) => advanceGroups(context, groups), {
    cache: false,
    maxBatchSize: mostTogether,
    batchScheduleFn: (send) => void setImmediate(send),
  });
  return (steps) => loader.load(steps);
}

type Answer = readonly StepAnswer[] | Error;

async function advanceGroups(context: LedgerContext, groups: readonly (readonly Step[])[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  // A settlement twice is two runs that both think they drive it: in one list the later's steps would look like the earlier's.
  for (let left = [...groups.keys()]; left.length > 0;) {
    const firsts = new Map([...left].reverse().map((index) => [groups[index]?.[0]?.owner.settlementId, index]));
    const now = [...firsts.values()];
    const told = await advanceTogether(
      context,
      now.map((index) => groups[index] ?? []),
    );
    now.forEach((index, place) => (answers[index] = told[place] ?? []));
    left = left.filter((index) => !now.includes(index));
  }
  return answers;
}

async function advanceTogether(
  context: LedgerContext,
  groups: readonly (readonly Step[])[],
): Promise<readonly Answer[]> {
  try {
    const answers = await advanceAll(context, groups.flat());
    let from = 0;
    return groups.map(({ length }) => answers.slice(from, (from += length)));
  } catch (error) {
    if (groups.length === 1 || error instanceof TransientError) return groups.map(() => asError(error));
    // One that the database does not take must not stop the others.
    return Promise.all(groups.map((steps) => advanceAll(context, steps).catch((alone: unknown) => asError(alone))));
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

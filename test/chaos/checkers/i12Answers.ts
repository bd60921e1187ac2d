import { groupBy, type ChainChecker } from './checker';
import type { RunFacts, StartAnswer, World } from './world';

/** What never changes about a settlement, however far it has gone when somebody asks. */
const fixedFields = [
  'settlementId',
  'sourceChain',
  'destinationChain',
  'token',
  'amount',
  'holder',
  'recipient',
] as const;

export const i12Answers: ChainChecker = {
  invariant: 'I12',
  says: 'every acknowledged start exists; the same id always gets the same answer',
  check: (world) => [
    ...[...groupBy(world.starts, ({ settlementId }) => settlementId)].flatMap(([id, answers]) =>
      [...existence(world, id, answers), ...agreement(world, id, answers)].map((what) => `${id}: ${what}`),
    ),
    ...[...(world.batched ?? [])].flatMap(([id, fingerprint]) =>
      inBatch(world, id, fingerprint).map((what) => `${id}: ${what}`),
    ),
  ],
};

function inBatch({ ledger, runs }: World, id: string, fingerprint: string): string[] {
  if (!ledger) return [];
  const row = ledger.settlements.find(({ settlementId }) => settlementId === id);
  if (!row) return ['was acknowledged in a batch and the ledger does not know it'];
  const run = runs?.find(({ settlementId }) => settlementId === id);
  const isOther = [row, run].some((one) => one && one.fingerprint !== fingerprint);
  return isOther ? ['was acknowledged in a batch, and another order stands under it'] : [];
}

function existence(
  { runs, ledger, forgottenIds, batched }: World,
  id: string,
  answers: readonly StartAnswer[],
): string[] {
  const found: string[] = [];
  const run = runs?.find(({ settlementId }) => settlementId === id);
  if (runs && !run && !forgottenIds.has(id) && !batched?.has(id))
    found.push('was acknowledged and Temporal does not know it');
  if (run && run.fingerprint !== answers[0]?.fingerprint) found.push("Temporal holds another order's fingerprint");
  const row = ledger?.settlements.find(({ settlementId }) => settlementId === id);
  if (ledger && !row) found.push('was acknowledged and the ledger does not know it');
  if (row && row.fingerprint !== answers[0]?.fingerprint) found.push("the ledger holds another order's fingerprint");
  if (row && run && isClosed(run) && run.record?.status !== row.status) {
    found.push(`its run ended ${String(run.record?.status)}, the ledger says ${row.status}`);
  }
  return found;
}

function agreement({ forgottenIds, rerunIds, batched }: World, id: string, answers: readonly StartAnswer[]): string[] {
  const found: string[] = [];
  const [first] = answers;
  const differing = fixedFields.filter((field) => answers.some(({ record }) => record[field] !== first?.record[field]));
  if (differing.length > 0) found.push(`answers differ in ${differing.join(', ')}`);
  if (answers.some(({ fingerprint }) => fingerprint !== first?.fingerprint))
    found.push('answers are of several orders');
  // Once its run is deleted an id may get another one; its deeds are the old ones all the same.
  if (forgottenIds.has(id)) return found;
  // A batch's, and later its own.
  if (!rerunIds.has(id) && !batched?.has(id) && new Set(answers.map(({ runId }) => runId)).size > 1)
    found.push('answers name several runs');
  const created = answers.filter((answer) => answer.created).length;
  if (created > 1) found.push(`${created} starts were told that they created it`);
  return found;
}

function isClosed({ runStatus }: RunFacts): boolean {
  return runStatus === 'COMPLETED' || runStatus === 'FAILED';
}

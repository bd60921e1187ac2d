import { setTimeout as delay } from 'node:timers/promises';
import { runSettle } from '../support/runSettle';
import { PermanentError } from '../../src/domain/errors';
import { readTemporal } from './checkers/readTemporal';
import type { FaultWorld } from './faultWorld';
import { clientAt, untilAnswered } from './load';
import { readRows, withDatabase, type RowStatus } from './readRows';
import { withDeadline } from './withDeadline';

export interface Settled {
  readonly open: readonly string[];
  /** How many ended how. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Of each settlement, since all was healed; 0: it had ended by then. */
  readonly terminalAfterMs: readonly number[];
  /** What they waited for that had not ended in good time; null: there were none. */
  readonly late: string | null;
  readonly operatorWords: number;
  readonly adopted: number;
  readonly problems: readonly string[];
}

const boundMs = 300_000;
/** Nearly all of them are to have ended by then. */
export const goodTimeMs = 60_000;
const [reconcileEveryMs, operatorEveryMs] = [10_000, 15_000];
const ends = new Set(['COMPLETED', 'FAILED']);

/** Reconciles, has an operator say what needs one, and waits until every settlement has ended, or the bound is over. */
export async function settleAll(
  world: FaultWorld,
  idsOf: () => string[],
  healedAt: number,
  say: (text: string) => void,
  withinMs = boundMs,
): Promise<Settled> {
  const ended = new Map<string, number>();
  const problems = new Set<string>();
  const counts = { operatorWords: 0, adopted: 0 };
  let [reconciledAt, spokeAt] = [-Infinity, -Infinity];
  let rows: readonly RowStatus[] = [];
  let late: string | null = null;
  for (;;) {
    const sinceMs = performance.now() - healedAt;
    rows = await readRows(world.databaseUrl);
    const endedNow = await findEnded(world, rows, idsOf());
    for (const id of endedNow) if (!ended.has(id)) ended.set(id, Math.round(sinceMs));
    const open = idsOf().filter((id) => !endedNow.has(id));
    say(`${endedNow.size} of ${idsOf().length} have ended`);
    const isOver = open.length === 0 || sinceMs > withinMs;
    if (isOver || sinceMs - reconciledAt > reconcileEveryMs) {
      reconciledAt = sinceMs;
      counts.adopted += await reconcile(world, problems);
    }
    if (isOver) break;
    if (sinceMs > goodTimeMs) late ??= await dumpOpen(world, open);
    if (sinceMs - spokeAt > operatorEveryMs) {
      spokeAt = sinceMs;
      counts.operatorWords += await operate(world, rows, open);
    }
    await delay(1_000);
  }
  const ids = idsOf();
  const outcomes: Record<string, number> = {};
  for (const { status, attempt } of rows.filter(({ id }) => ids.includes(id))) {
    const name = attempt === 0 ? status : `${status} (again)`;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
  }
  await resumeRoutes(world, problems);
  const open = ids.filter((id) => !ended.has(id));
  return { open, outcomes, terminalAfterMs: [...ended.values()], late, ...counts, problems: [...problems] };
}

/** The row says it, and no run is open that could still change it. */
async function findEnded(world: FaultWorld, rows: readonly RowStatus[], ids: readonly string[]): Promise<Set<string>> {
  const endedRows = new Set(rows.filter(({ status }) => ends.has(status)).map(({ id }) => id));
  const runs = await readTemporal(
    world.stack.temporal,
    ids.filter((id) => endedRows.has(id)),
  );
  const open = new Set(runs.filter(({ runStatus }) => runStatus === 'RUNNING').map(({ settlementId }) => settlementId));
  return new Set(ids.filter((id) => endedRows.has(id) && !open.has(id)));
}

/** What it finds must have been done on purpose. */
async function reconcile({ stack, foreignHashes }: FaultWorld, problems: Set<string>): Promise<number> {
  try {
    const report = await withDeadline(stack.client.reconcile(), 60_000, () => 'the reconciliation');
    for (const { kind, settlementId, what } of report.findings) {
      if (kind === 'foreignTransaction' && foreignHashes.size > 0) continue;
      problems.add(`the reconciliation found ${kind} ${settlementId ?? ''}: ${what}`);
    }
    return report.adopted;
  } catch (error) {
    problems.add(`the reconciliation: ${String(error)}`);
    return 0;
  }
}

/** The scripted operator: has looked at the chains (they are healed), and has the undo go on. None of it can move money twice. */
async function operate(world: FaultWorld, rows: readonly RowStatus[], open: readonly string[]): Promise<number> {
  const waiting = rows.filter(({ id, needsOperator }) => needsOperator && open.includes(id));
  let spoken = 0;
  for (const { id, status } of waiting) {
    const action = status === 'COMPENSATING' ? 'refund' : 'complete';
    const word = { action, by: 'the scripted operator', evidence: 'the faults are healed' } as const;
    await untilAnswered
      .execute(() => clientAt(world, 0).resolve(id, word))
      .then(
        () => (spoken += 1),
        (error: unknown) => {
          if (!(error instanceof PermanentError)) throw error;
        },
      );
  }
  return spoken;
}

/** No fault of this suite breaks finality: a paused route is a finding, and must not keep the next seed. */
async function resumeRoutes({ databaseUrl, stack }: FaultWorld, problems: Set<string>): Promise<void> {
  interface Paused {
    readonly from: string;
    readonly to: string;
    readonly reason: string;
  }
  const sql = 'select source_chain as "from", destination_chain as "to", reason from ledger.paused_routes';
  const paused = await withDatabase(databaseUrl, async (client) => (await client.query<Paused>(sql)).rows);
  for (const { from, to, reason } of paused) {
    problems.add(`the route ${from} to ${to} was paused: ${reason}`);
    await runSettle(stack.configPath, ['route', 'resume', '--from', from, '--to', to]);
  }
}

/** Who waits for what, for whoever looks at a seed that got stuck. */
export async function dumpOpen(world: FaultWorld, ids: readonly string[]): Promise<string> {
  const rows = await readRows(world.databaseUrl);
  const lines = await Promise.all(
    ids.map(async (id) => {
      const row = rows.find((one) => one.id === id);
      const run = await world.stack
        .handle(id)
        .describe()
        .then(
          ({ status, raw }) =>
            `${status.name}; ${(raw.pendingActivities ?? [])
              .map(
                ({ activityType, attempt, lastFailure }) =>
                  `${activityType?.name} try ${attempt}: ${lastFailure?.message ?? 'no failure'}`,
              )
              .join('; ')}`,
          (error: unknown) => String(error),
        );
      return `  ${id}: ledger ${row ? `${row.status}(${row.attempt})${row.needsOperator ? ' needs operator' : ''}` : 'none'}, run ${run}`;
    }),
  );
  return [...lines, '  the workers said last:', ...world.workers.lastLines(20).map((line) => `    ${line}`)].join('\n');
}

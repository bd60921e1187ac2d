import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startFaultWorld, type FaultWorld } from '../faultWorld';
import { dumpOpen, settleAll } from '../healing';
import { judge } from '../judge';
import { commandOf, UsageError, type ChaosOptions } from '../options';
import { createProgressLine } from '../progressLine';
import { onInterrupt } from '../runChaos';
import { settleFresh } from '../settleFresh';
import { trials } from '../trials';
import type { Trial } from '../trials/trial';
import { unmeantExits } from '../unmeantExits';
import { healAll } from './seededFaults';

/**
 * Who found it: an invariant's checker by its name; `reconciliation` (a finding or a pause that nobody meant), `trial` (what the trial
 * itself asked for), `worker` (one that ended by itself), or `run`: the trial could not be gone through with, which proves nothing.
 */
export interface Problem {
  readonly by: string;
  readonly what: string;
}

export interface TrialReport {
  readonly trial: string;
  readonly durationMs: number;
  readonly problems: readonly Problem[];
  readonly outcomes: Readonly<Record<string, number>>;
}

const interruptedExit = 130;
const freshWithinMs = 30_000;

/** `npm run chaos -- --suite targeted`: each trial in a world of its own. Returns the exit code. */
export async function runTrials(options: ChaosOptions, folder: string): Promise<number> {
  const chosen = chooseTrials(options.trials);
  const startedAt = performance.now();
  const tell = (text: string): void => (options.json ? console.error(text) : console.log(text));
  const line = createProgressLine(process.stderr, startedAt);
  const interrupted = onInterrupt();
  tell(`seed ${options.seed}: ${commandOf(options)}`);
  const reports: TrialReport[] = [];
  for (const trial of chosen) {
    const say = (text: string): void => line.say(`${trial.name}: ${text}`);
    say('the world starts');
    const world = await startFaultWorld(options, mkdtempSync(join(folder, `${trial.name}-`)));
    try {
      const report = await Promise.race([runTrial(world, trial, options.seed, say), interrupted.told]);
      if (report === 'interrupted') return interruptedExit;
      reports.push(report);
      line.end();
      for (const text of renderTrial(report)) tell(text);
    } finally {
      line.end();
      await world.close();
    }
  }
  const failed = reports.filter(({ problems }) => problems.length > 0).length;
  tell(`${reports.length - failed} passed, ${failed} failed`);
  const durationMs = performance.now() - startedAt;
  const totals = { passed: reports.length - failed, failed };
  if (options.json)
    console.log(JSON.stringify({ ...options, command: commandOf(options), durationMs, ...totals, trials: reports }));
  return failed === 0 ? 0 : 1;
}

function chooseTrials(names: ChaosOptions['trials']): readonly Trial[] {
  if (!names) return trials;
  return names.map((name) => {
    const trial = trials.find((one) => one.name === name);
    if (!trial) throw new UsageError(`there is no trial ${name}; there is ${trials.map((one) => one.name).join(', ')}`);
    return trial;
  });
}

async function runTrial(
  world: FaultWorld,
  trial: Trial,
  seed: number,
  say: (text: string) => void,
): Promise<TrialReport> {
  const startedAt = performance.now();
  const prefix = `trial-${seed}`;
  const problems: Problem[] = [];
  const found = (by: string, what: string): void => void problems.push({ by, what });
  const brokenIds = new Set<string>();
  say(trial.does);
  await trial
    .run({ world, prefix, complain: (what) => found('trial', what), brokenIds })
    .catch((error: unknown) => found('run', error instanceof Error ? (error.stack ?? error.message) : String(error)));
  await healAll(world).catch((error: unknown) => found('run', `healing: ${String(error)}`));
  say('all is healed');
  const idsOf = (): string[] =>
    [...new Set(world.starts.map(({ settlementId }) => settlementId))].filter((id) => !brokenIds.has(id));
  const settled = await settleAll(world, idsOf, performance.now(), say, trial.stuckAfterMs);
  for (const what of settled.problems) found('reconciliation', what);
  if (settled.open.length > 0) found('I7', `stuck: ${settled.open.join(', ')}\n${await dumpOpen(world, settled.open)}`);
  else await settleFresh(world, prefix, freshWithinMs).catch((error: unknown) => found('I7', String(error)));
  for (const exit of unmeantExits(world.workers.ownExits, [])) found('worker', exit);
  say('the checkers read chains, ledger and Temporal');
  const judgement = await judge(world).catch((error: unknown) => (found('run', `the judges: ${String(error)}`), null));
  for (const { invariant, outcome, findings } of judgement?.verdicts ?? []) {
    const meant = (finding: string): boolean => [...brokenIds].some((id) => finding.includes(id));
    if (outcome === 'broken') findings.filter((one) => !meant(one)).forEach((finding) => found(invariant, finding));
  }
  return { trial: trial.name, durationMs: performance.now() - startedAt, problems, outcomes: settled.outcomes };
}

function renderTrial({ trial, problems, outcomes, durationMs }: TrialReport): readonly string[] {
  const told = Object.entries(outcomes).map(([name, count]) => `${count} ${name}`);
  const head = `${problems.length === 0 ? 'passed' : 'FAILED'}: ${trial} (${told.join(', ')}), ${(durationMs / 1_000).toFixed(0)} s`;
  return [head, ...problems.map(({ by, what }) => `  ${by}: ${what}`)];
}

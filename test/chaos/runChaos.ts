import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChaosWorld, type ChaosWorld } from './chaosWorld';
import { replaysOf } from './faultReport';
import { judge } from './judge';
import { commandOf, parseOptions, UsageError, type ChaosOptions } from './options';
import { createProgressLine, type ProgressLine } from './progressLine';
import { createRandom } from './random';
import { renderReports, throughputOf, totalsOf, type ScenarioReport } from './report';
import type { Scenario } from './scenario';
import { runMutants } from './mutants/runMutants';
import { runFailpoints } from './scenarios/killedAtFailpoints';
import { runReorgs } from './scenarios/reorgs';
import { runFaults } from './scenarios/seededFaults';
import { runTrials } from './scenarios/runTrials';
import { suites } from './suites';

const [usageExit, interruptedExit] = [2, 130];
/** Ctrl-C reaches us twice, from the terminal and through npm: that is one. */
const sameInterruptMs = 1_000;

/** Suites that bring their own world, or one for each of their parts. */
const ownWorlds: Readonly<Record<string, (options: ChaosOptions, folder: string) => Promise<number>>> = {
  faults: runFaults,
  targeted: runTrials,
  failpoints: runFailpoints,
  reorgs: runReorgs,
};

/** `npm run chaos`: runs a suite on a world of its own and tells what came of it. Returns the exit code. */
export async function runChaos(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args, Date.now());
    if (options.mutants) return await inOwnFolder((folder) => runMutants(options, folder));
    const ownWorld = ownWorlds[options.suite];
    if (ownWorld) return await inOwnFolder((folder) => ownWorld(options, folder));
    const scenarios = suites[options.suite];
    if (!scenarios)
      throw new UsageError(
        `there is no suite ${options.suite}; there is ${[...Object.keys(suites), ...Object.keys(ownWorlds)].join(', ')}`,
      );
    return await inOwnFolder((folder) => runSuite(options, scenarios, folder));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return usageExit;
  }
}

/** Whatever the parts of the world put into temporary folders lies in this one, and goes with it. */
async function inOwnFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'settlement-chaos-'));
  process.env.TMPDIR = folder;
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.on('exit', remove); // also after a second Ctrl-C
  try {
    return await work(folder);
  } finally {
    remove();
  }
}

async function runSuite(options: ChaosOptions, scenarios: readonly Scenario[], folder: string): Promise<number> {
  const startedAt = performance.now();
  const tell = (text: string): void => (options.json ? console.error(text) : console.log(text));
  const line = createProgressLine(process.stderr, startedAt);
  const interrupted = onInterrupt();
  tell(`seed ${options.seed}: ${commandOf(options)}`);
  line.say('the world starts');
  const world = await startChaosWorld(options, folder);
  const reports: ScenarioReport[] = [];
  try {
    for (const [at, scenario] of scenarios.entries()) {
      const report = await Promise.race([runScenario(world, options, scenario, at, line), interrupted.told]);
      if (report === 'interrupted') return interruptedExit;
      line.end();
      reports.push(report);
      const replayed = report.judgement ? `; ${replaysOf(report.judgement)}` : '';
      tell(`${report.outcome === 'notRun' ? 'not run' : report.outcome}: ${report.name}${replayed}`);
    }
  } finally {
    line.end();
    await world.close();
  }
  return conclude(options, reports, performance.now() - startedAt, tell);
}

async function runScenario(
  world: ChaosWorld,
  options: ChaosOptions,
  scenario: Scenario,
  at: number,
  line: ProgressLine,
): Promise<ScenarioReport> {
  const startedAt = performance.now();
  const { name } = scenario;
  const base = { name, why: null, figures: null, judgement: null };
  const progress = (text: string): void => line.say(`${name}: ${text}`);
  try {
    const random = createRandom(options.seed + at * 1_000_003);
    const outcome = await scenario.run({ world, options, random, prefix: `chaos-${options.seed}-${at}`, progress });
    const durationMs = performance.now() - startedAt;
    if ('notRun' in outcome) return { ...base, durationMs, outcome: 'notRun', why: outcome.notRun };
    progress('the checkers read chains, ledger and Temporal');
    return { ...base, durationMs, outcome: 'passed', figures: outcome, judgement: await judge(world) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const durationMs = performance.now() - startedAt;
    // What the invariants say of a failed scenario is the most wanted part of it.
    const judgement = await judge(world).catch(() => null);
    return { ...base, durationMs, outcome: 'failed', why, judgement };
  }
}

function conclude(
  options: ChaosOptions,
  reports: readonly ScenarioReport[],
  durationMs: number,
  tell: (text: string) => void,
): number {
  const totals = totalsOf(reports);
  tell(renderReports(reports));
  if (totals.failed > 0) tell(`again: ${commandOf(options)}`);
  if (totals.notRun > 0) tell(`${totals.notRun} not run`);
  tell(`${totals.passed} passed, ${totals.failed} failed`);
  if (options.json) {
    const scenarios = reports.map((report) => ({ ...report, throughputPerSecond: throughputOf(report) }));
    console.log(JSON.stringify({ ...options, command: commandOf(options), durationMs, ...totals, scenarios }));
  }
  return totals.failed === 0 ? 0 : 1;
}

export function onInterrupt(): { readonly told: Promise<'interrupted'> } {
  let firstAt: number | undefined;
  const told = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        // A second one does not wait: the guards end what runs.
        if (firstAt !== undefined && performance.now() - firstAt > sameInterruptMs) process.exit(interruptedExit);
        if (firstAt === undefined) {
          firstAt = performance.now();
          // What the scenario had under way loses its world now, and says so in timers that nobody awaits.
          for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, () => undefined);
        }
        resolve('interrupted');
      });
    }
  });
  return { told };
}

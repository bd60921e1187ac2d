import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { mutants } from '.';
import { inTurn } from '../inTurn';
import { commandOf, UsageError, type ChaosOptions } from '../options';
import { createProgressLine } from '../progressLine';
import { onInterrupt } from '../runChaos';
import type { Problem, TrialReport } from '../scenarios/runTrials';
import { editText } from './editText';
import { families, type Mutant } from './mutant';
import { makeMutantTree, type MutantTree } from './mutantTree';
import { endAll, isEnding, runToEnd } from './runNode';
import { projectRoot } from '../../../src/local/projectRoot';

interface Result {
  readonly family: string;
  readonly mutant: string;
  readonly trial: string;
  readonly isCaught: boolean;
  /** Who found something. */
  readonly seenBy: readonly string[];
  /** Why it does not count as caught, or the first of what those who must see it found. */
  readonly says: string;
  readonly durationMs: number;
  /** All that was found. */
  readonly found: readonly Problem[];
}

const interruptedExit = 130;
const trialWithinMs = 300_000;

type Say = (text: string) => void;

/** `npm run chaos -- --mutants`: each planted bug in its trial, after the trials without any. Returns the exit code. */
export async function runMutants(options: ChaosOptions, folder: string): Promise<number> {
  const chosen = choose(options.mutants?.only);
  const startedAt = performance.now();
  const tell: Say = (text) => (options.json ? console.error(text) : console.log(text));
  const line = createProgressLine(process.stderr, startedAt);
  const interrupted = onInterrupt();
  tell(`seed ${options.seed}: ${commandOf(options)}`);
  // Fail at once, not after minutes, when an edit does not fit any more.
  for (const mutant of mutants) editText(projectRoot(), mutant);
  const all = runAll(chosen, options, folder, { tell, line: (text) => line.say(text) });
  const results = await Promise.race([all, interrupted.told]);
  if (results === 'interrupted') {
    await Promise.allSettled([endAll(), all]);
    return interruptedExit;
  }
  line.end();
  tell(tableOf(results));
  const failed = results.filter(({ isCaught }) => !isCaught);
  for (const { mutant, says } of failed) tell(`not caught: ${mutant}\n  ${says.replaceAll('\n', '\n  ')}`);
  const totals = { passed: results.length - failed.length, failed: failed.length };
  tell(`${totals.passed} passed, ${totals.failed} failed`);
  const durationMs = performance.now() - startedAt;
  if (options.json)
    console.log(JSON.stringify({ command: commandOf(options), durationMs, ...totals, mutants: results }));
  return failed.length === 0 ? 0 : 1;
}

function choose(only: string | undefined): readonly Mutant[] {
  if (only === undefined) return mutants;
  const isFamily = (families as readonly string[]).includes(only);
  const chosen = mutants.filter(({ family, name }) => (isFamily ? family === only : name.includes(only)));
  if (chosen.length > 0) return chosen;
  throw new UsageError(
    `there is no mutant "${only}"; families: ${families.join(', ')}; mutants: ${mutants.map(({ name }) => name).join(', ')}`,
  );
}

interface Voices {
  readonly tell: Say;
  readonly line: Say;
}

/** The trials without any bug first; each job has a copy of its own. */
async function runAll(
  chosen: readonly Mutant[],
  options: ChaosOptions,
  folder: string,
  { tell, line }: Voices,
): Promise<readonly Result[]> {
  line('copies of the source are made');
  const jobs = Array.from({ length: options.mutants?.jobs ?? 2 }, (_, at) => join(folder, `job-${at}`));
  for (const job of jobs) mkdirSync(job);
  const trees = jobs.map(makeMutantTree);
  try {
    const used = [...new Set(chosen.map(({ trial }) => trial))];
    const controls = await onTrees(trees, used, async (tree, trial) => {
      line(`without any bug: ${trial}`);
      const problems = await runTrialIn(tree, trial, options);
      return problems.map(({ by, what }) => `${trial}: ${by}: ${what}`);
    });
    const broken = controls.flat();
    if (broken.length > 0) {
      // Where the source as it is fails, what a planted bug does proves nothing.
      return chosen.map((mutant) => ({ ...resultOf(mutant, [], 0), says: `without any bug: ${broken.join('\n')}` }));
    }
    tell(`without any bug: ${used.length} trials passed`);
    return await onTrees(trees, chosen, async (tree, mutant, done) => {
      line(`${done} of ${chosen.length}: ${mutant.name} (${mutant.trial})`);
      const result = await runOne(tree, mutant, options);
      tell(lineOf(result));
      return result;
    });
  } finally {
    for (const tree of trees) tree.remove();
  }
}

function lineOf({ family, mutant, isCaught, seenBy, durationMs }: Result): string {
  const what = isCaught ? 'caught' : 'NOT CAUGHT';
  return `${what}: ${family}, ${mutant}: ${seenBy.join(', ')}, ${(durationMs / 1_000).toFixed(0)} s`;
}

/** Every item on the next tree that is free; results in the items' order. */
async function onTrees<T, R>(
  trees: readonly MutantTree[],
  items: readonly T[],
  work: (tree: MutantTree, item: T, begun: number) => Promise<R>,
): Promise<readonly R[]> {
  const free = [...trees];
  return inTurn(items, trees.length, async (item, begun) => {
    if (isEnding()) throw new Error('interrupted');
    const tree = free.pop();
    if (!tree) throw new Error('more at once than there are copies');
    const result = await work(tree, item, begun);
    free.push(tree);
    return result;
  });
}

async function runOne(tree: MutantTree, mutant: Mutant, options: ChaosOptions): Promise<Result> {
  const startedAt = performance.now();
  const sinceMs = (): number => performance.now() - startedAt;
  try {
    await tree.plant(mutant);
    return resultOf(mutant, await runTrialIn(tree, mutant.trial, options), sinceMs());
  } catch (error) {
    return { ...resultOf(mutant, [], sinceMs()), says: error instanceof Error ? error.message : String(error) };
  } finally {
    tree.restore();
  }
}

function resultOf(mutant: Mutant, problems: readonly Problem[], durationMs: number): Result {
  const seenBy = [...new Set(problems.map(({ by }) => by))];
  const isCaught = mutant.seenBy.every((by) => seenBy.includes(by));
  const [first] = problems.filter(({ by }) => mutant.seenBy.includes(by));
  const all = problems.map(({ by, what }) => `${by}: ${what}`);
  const missed = [`must be seen by ${mutant.seenBy.join(' and ')}`, ...all].join('\n').slice(0, 4_000);
  const { family, name, trial } = mutant;
  return {
    family,
    mutant: name,
    trial,
    isCaught,
    seenBy,
    says: isCaught ? (first?.what ?? '') : missed,
    durationMs,
    found: problems,
  };
}

/** The trial in a process of its own, with the copy's source. What it could not tell is a problem as well. */
async function runTrialIn({ root }: MutantTree, trial: string, { seed }: ChaosOptions): Promise<readonly Problem[]> {
  const args = ['--built', '--suite', 'targeted', '--trial', trial, '--seed', String(seed), '--json'];
  const { code, stdout, stderr } = await runToEnd(root, ['scripts/chaos.mjs', ...args], trialWithinMs);
  try {
    const { trials } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      readonly trials: readonly TrialReport[];
    };
    return trials.flatMap(({ problems }) => problems);
  } catch {
    return [{ by: 'run', what: `it ended with ${String(code)}:\n${stderr.slice(-2_000)}` }];
  }
}

function tableOf(results: readonly Result[]): string {
  const table = new Table({
    head: ['family', 'mutant', 'trial', 'seen by', 'seconds', 'in the words of the first'],
    style: { head: [], border: [] },
    colWidths: [null, 38, null, 24, null, 60],
    wordWrap: true,
  });
  for (const { family, mutant, trial, isCaught, seenBy, says, durationMs } of results) {
    const seen = isCaught ? seenBy.join(', ') : `NOT CAUGHT (${seenBy.join(', ')})`;
    table.push([
      family,
      mutant,
      trial,
      seen,
      (durationMs / 1_000).toFixed(0),
      says.split('\n')[0]?.slice(0, 160) ?? '',
    ]);
  }
  return table.toString();
}

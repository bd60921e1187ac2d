import { parseArgs } from 'node:util';

export interface ChaosOptions {
  readonly suite: string;
  readonly size: 'ci' | 'full';
  readonly seed: number;
  /** Of the suite `faults`: how many seeds, from `seed` on, and how many faults in each. */
  readonly seeds: number;
  readonly faults: number;
  /** The numbers of the kinds that are drawn from; absent: all. */
  readonly only: readonly number[] | undefined;
  /** Of the suite `failpoints`: these alone; absent: all. */
  readonly points: readonly string[] | undefined;
  /** Of the scenario that kills workers, or of each seed; absent: what the size says. */
  readonly settlements: number | undefined;
  readonly workers: number;
  /** Of the suite `targeted`: the trials by name; absent: all. */
  readonly trials: readonly string[] | undefined;
  /** Plant bugs and see each caught; of all, those of a family or with a name, if one is given. */
  readonly mutants: { readonly only: string | undefined; readonly jobs: number } | undefined;
  /** Of the suite `reorgs`: how many. */
  readonly reorgs: number;
  readonly json: boolean;
}

export const usage = `Usage: npm run chaos -- --suite exactly-once|faults|failpoints|reorgs|targeted [options]
       npm run chaos -- --mutants [--only FAMILY|NAME] [--jobs N] [--seed N] [--json]

  --seed N         repeats a run's choices (default: one by the clock)
  --settlements N  how many go through while workers are killed (default: 1000, ci: 150), or in each seed of faults (30)
  --seeds N        faults: so many seeds, from --seed on (default: 1)
  --faults N       faults: so many faults a seed (default: 16)
  --only N,N       faults: these kinds alone, by their numbers in the fault table
  --points P,P     failpoints: these alone, by their names in src/failpoint.ts
  --reorgs N       reorgs: so many of them (default: 100)
  --trial A,B      targeted: these trials alone (default: all)
  --mutants        plants bugs in a copy of the source, one at a time, and sees each caught by the judges
  --only TEXT      mutants: those of a family (contract, lane, saga, ledger, reconciler), or with this in their name
  --jobs N         mutants: so many at once, each in a world of its own (default: 2)
  --workers N      worker processes at work (default: exactly-once 4, else 2)
  --size ci|full   how much of everything (default: ci)
  --json           one JSON object last on stdout; everything else goes to stderr`;

export class UsageError extends Error {}

/** @throws UsageError */
export function parseOptions(args: readonly string[], now: number): ChaosOptions {
  const text = { type: 'string' } as const;
  const values = parse(args, {
    ...{ suite: text, seed: text, settlements: text, workers: text, size: text, seeds: text, faults: text, only: text },
    ...{ points: text, reorgs: text, trial: text, jobs: text, json: { type: 'boolean' }, mutants: { type: 'boolean' } },
    ...{ help: { type: 'boolean' }, built: { type: 'boolean' } }, // built: for scripts/chaos.mjs
  } as const);
  if (values.help) throw new UsageError(usage);
  const { size = 'ci', mutants = false, suite = mutants ? 'targeted' : 'exactly-once' } = values;
  if (size !== 'ci' && size !== 'full') throw new UsageError(`--size is ci or full, not ${size}\n\n${usage}`);
  return {
    suite,
    size,
    seed: count('seed', values.seed) ?? now % 1_000_000,
    settlements: count('settlements', values.settlements),
    workers: count('workers', values.workers) ?? (suite === 'exactly-once' ? 4 : 2),
    reorgs: count('reorgs', values.reorgs) ?? 100,
    seeds: count('seeds', values.seeds) ?? 1,
    faults: count('faults', values.faults) ?? 16,
    only: mutants ? undefined : values.only?.split(',').map((text) => count('only', text) ?? 0),
    points: values.points?.split(','),
    trials: values.trial?.split(','),
    mutants: mutants ? { only: values.only, jobs: count('jobs', values.jobs) ?? 2 } : undefined,
    json: values.json === true,
  };
}

/** The command that does the same again. */
export function commandOf(options: ChaosOptions): string {
  const { suite, size, seed, seeds, faults, only, settlements, workers, points, trials, mutants, reorgs } = options;
  if (suite === 'reorgs')
    return `npm run chaos -- --suite reorgs --seed ${seed} --reorgs ${reorgs} --workers ${workers}`;
  const given = settlements === undefined ? '' : ` --settlements ${settlements}`;
  if (mutants)
    return `npm run chaos -- --mutants --seed ${seed} --jobs ${mutants.jobs}${mutants.only ? ` --only '${mutants.only}'` : ''}`;
  if (suite === 'faults')
    return `npm run chaos -- --suite faults --seed ${seed} --seeds ${seeds} --faults ${faults}${only ? ` --only ${only.join()}` : ''} --workers ${workers}${given}`;
  if (suite === 'targeted')
    return `npm run chaos -- --suite targeted --seed ${seed}${trials ? ` --trial ${trials.join()}` : ''} --workers ${workers}`;
  if (points) return `npm run chaos -- --suite ${suite} --size ${size} --seed ${seed} --points ${points.join()}`;
  return `npm run chaos -- --suite ${suite} --size ${size} --seed ${seed} --workers ${workers}${given}`;
}

type Flags = Record<string, { readonly type: 'string' | 'boolean' }>;

function parse<T extends Flags>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,9}$/.test(text) || (Number(text) === 0 && name !== 'seed')) {
    throw new UsageError(`--${name} is a whole number, not ${text}\n\n${usage}`);
  }
  return Number(text);
}

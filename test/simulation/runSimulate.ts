import Table from 'cli-table3';
import { parseOptions, UsageError } from './options';
import { runSeeds, type Totals } from './runSeeds';
import type { SeedResult } from './simulate';

/** `npm run simulate`: 0 when nothing was violated, 1 when something was, 2 for a wrong option. */
export async function runSimulate(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const { first, seeds, verbose, json } = parseOptions(args);
  const startedAt = performance.now();
  const onSeed = (result: SeedResult): void => {
    if (verbose) console.error(`seed ${result.seed}: ${result.outcome}\n${result.timeline.join('\n')}`);
    for (const line of result.violations) console.error(`seed ${result.seed}: ${line}`);
    if (result.violations.length > 0) console.error(`  ${replay(result.seed)}`);
  };
  const totals = await runSeeds({ first, seeds, stacks: verbose, onSeed });
  const seconds = (performance.now() - startedAt) / 1_000;
  (json ? console.error : console.log)(tableOf(totals, seconds));
  if (json) console.log(JSON.stringify(jsonOf(totals, seconds)));
  return totals.violated.length === 0 ? 0 : 1;
}

export function replay(seed: number): string {
  return `npm run simulate -- --seed ${seed} --verbose`;
}

function tableOf({ seeds, faults, outcomes, violated }: Totals, seconds: number): string {
  const table = new Table({ head: ['fault', 'times'], style: { head: [], border: [], compact: true } });
  for (const [name, times] of Object.entries(faults)) table.push([name, times]);
  const ends = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  const speed = `${seeds} seeds in ${seconds.toFixed(1)} s, ${(seeds / seconds).toFixed(0)} a second`;
  return `${table.toString()}\n${speed}\n${ends.join('; ')}\n${violated.length} seeds violated an invariant`;
}

function jsonOf({ seeds, steps, faults, outcomes, violated }: Totals, seconds: number) {
  const told = violated.map(({ seed, violations }) => ({ seed, violations, replay: replay(seed) }));
  return { seeds, seconds, steps, outcomes, faults, violated: told };
}

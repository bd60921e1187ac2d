import { noFaults, faultNames, type FaultCounts } from './faults';
import { simulate, type SeedResult } from './simulate';
import type { Bug } from './world';

export interface Totals {
  seeds: number;
  /** Fake steps over all seeds: what a change that makes everything slower shows in first. */
  steps: number;
  readonly faults: FaultCounts;
  readonly outcomes: Record<string, number>;
  readonly violated: SeedResult[];
}

export interface RunOptions {
  readonly first: number;
  readonly seeds: number;
  readonly bug?: Bug;
  /** Ends the run when so many seeds have violated something. */
  readonly mostViolated?: number;
  /** Keeps the stacks of errors; without them a seed takes half as long. */
  readonly stacks?: boolean;
  readonly onSeed?: (result: SeedResult) => void;
}

export async function runSeeds({ stacks = false, ...options }: RunOptions): Promise<Totals> {
  const { stackTraceLimit } = Error;
  if (!stacks) Error.stackTraceLimit = 0;
  try {
    return await runAll(options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function runAll({ first, seeds, bug, mostViolated = Infinity, onSeed }: RunOptions): Promise<Totals> {
  const totals: Totals = { seeds: 0, steps: 0, faults: noFaults(), outcomes: {}, violated: [] };
  for (let seed = first; seed < first + seeds && totals.violated.length < mostViolated; seed += 1) {
    const result = await simulate(seed, bug ?? null);
    totals.seeds += 1;
    totals.steps += result.steps;
    for (const name of faultNames) totals.faults[name] += result.faults[name];
    totals.outcomes[result.outcome] = (totals.outcomes[result.outcome] ?? 0) + 1;
    if (result.violations.length > 0) totals.violated.push(result);
    onSeed?.(result);
  }
  return totals;
}

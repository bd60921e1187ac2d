import { parseArgs } from 'node:util';

export interface SimulateOptions {
  readonly first: number;
  readonly seeds: number;
  readonly verbose: boolean;
  readonly json: boolean;
}

export const usage = `Usage: npm run simulate -- [options]

  --seeds N    how many seeds, from 0 on (default: 10000)
  --seed N     this one alone
  --verbose    prints the timeline of each
  --json       one JSON object last on stdout; everything else goes to stderr`;

export class UsageError extends Error {}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): SimulateOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const values = parse(args, { seeds: text, seed: text, verbose: flag, json: flag, help: flag });
  if (values.help === true) throw new UsageError(usage);
  const seed = count('seed', values.seed);
  const seeds = seed === undefined ? (count('seeds', values.seeds) ?? 10_000) : 1;
  return { first: seed ?? 0, seeds, verbose: values.verbose === true, json: values.json === true };
}

function parse<T extends Record<string, { readonly type: 'string' | 'boolean' }>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options }).values as Partial<Record<keyof T, string | boolean>>;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function count(name: string, text: string | boolean | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} is a whole number, not ${String(text)}\n\n${usage}`);
}

import type { World } from './world';

export const needsLedger = 'needs the ledger';
export const needsHistories = 'needs histories, logs and answers';

/** What a checker found: one line for each violation (none: the invariant holds), or why it could not look. */
export type Findings = readonly string[] | typeof needsLedger | typeof needsHistories;

export interface Checker<F extends Findings = Findings> {
  /** As `faults.md` numbers it. */
  readonly invariant: string;
  readonly says: string;
  readonly check: (world: World) => F;
}

/** One that always can look. */
export type ChainChecker = Checker<readonly string[]>;

/** Groups in order of first appearance. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

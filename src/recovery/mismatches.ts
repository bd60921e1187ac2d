/** Something that ledger and chains do not agree on. */
export interface Mismatch {
  /** Null where only a chain knows it, or where it is of a whole route. */
  readonly settlementId: string | null;
  readonly what: string;
}

/** Counts all of them and keeps the first. */
export interface Mismatches {
  add(mismatch: Mismatch): void;
  count(): number;
  first(): readonly Mismatch[];
}

export function createMismatches(mostKept: number): Mismatches {
  const kept: Mismatch[] = [];
  let count = 0;
  return {
    add(mismatch) {
      count++;
      if (kept.length < mostKept) kept.push(mismatch);
    },
    count: () => count,
    first: () => kept,
  };
}

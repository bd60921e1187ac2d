export const families = ['contract', 'lane', 'saga', 'ledger', 'reconciler'] as const;
export type Family = (typeof families)[number];

export interface Edit {
  /** Of the source alone, `src/` or `contracts/`: the judges are never changed. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** A planted bug: what it breaks, the trial that brings it out, and who must see it there. */
export interface Mutant {
  readonly family: Family;
  readonly name: string;
  readonly breaks: string;
  /** Several where one layer alone would be caught by the next. */
  readonly edits: readonly Edit[];
  /** A name in `test/chaos/trials`. */
  readonly trial: string;
  /** Every one of these must find something: see `Problem` in runTrials.ts. */
  readonly seenBy: readonly string[];
}

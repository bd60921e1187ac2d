import type { FaultWorld } from '../faultWorld';

/** What a trial works with. */
export interface TrialContext {
  readonly world: FaultWorld;
  /** Before every id. */
  readonly prefix: string;
  /** What the system did, or did not say, though it must. */
  readonly complain: (what: string) => void;
  /** Settlements that were broken on purpose, past the system: what the judges say of them is no finding. */
  readonly brokenIds: Set<string>;
}

/** One fault at the very moment at which it hurts most, with a handful of settlements. On the tree as it is each passes. */
export interface Trial {
  readonly name: string;
  readonly does: string;
  /** What has not ended so long after all was healed is stuck. */
  readonly stuckAfterMs: number;
  run(context: TrialContext): Promise<void>;
}

/** Twenty times what it takes when all is well. */
export const soonMs = 25_000;

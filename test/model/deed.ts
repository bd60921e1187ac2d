import type { Cause, Look } from './look';
import type { Deed, Intent, Run, State } from './state';

/**
 * One write of an activity: what is read before, what is written then. A live worker does both at once. A zombie is cut off in
 * between and writes later, when what it read may be old: only what `act` itself asks, under the ledger's lock, still holds.
 */
export interface DeedRule {
  readonly deed: Deed;
  readonly says: string;
  readonly read: (look: Look) => Reading | null;
  readonly act: (look: Look, intent: Intent) => State | null;
  /** How the run goes on once its own worker did it. */
  readonly then?: Partial<Run>;
  /** What a zombie that got through goes on with, on what it reads then. */
  readonly goesOn?: Deed;
}

export interface Reading {
  readonly attempt: number;
  readonly note: number;
  /** Where it is not the system that goes on by itself. */
  readonly cause?: Cause;
}

export function withRun(state: State, change: Partial<Run>): State {
  return { ...state, run: { ...state.run, ...change } };
}

/** The row is there, is this run's, and stands in the attempt the run works on. */
export function isOwn({ state: { ledger, run } }: Look): boolean {
  return ledger.status !== 'absent' && ledger.owner === 0 && ledger.attempt === run.attempt;
}

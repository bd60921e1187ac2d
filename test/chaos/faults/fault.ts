import type { FaultWorld } from '../faultWorld';
import type { Random } from '../random';

/** What a fault works with. Its draws are its own: they do not hang on what else happens. */
export interface FaultContext {
  readonly world: FaultWorld;
  readonly random: Random;
  /** Before every id that it starts itself. */
  readonly prefix: string;
  /** The settlements that were started and acknowledged so far. */
  readonly startedIds: () => readonly string[];
  /** What the system did though it must not: a violation, whatever the invariants say. */
  readonly complain: (what: string) => void;
}

export interface Fired {
  heal(): Promise<void>;
  /** How often it took effect, counted there; read after it was healed. */
  tookEffect(): number;
}

/** One kind of fault; two of one track never overlap. */
export interface FaultKind {
  /** As `faults.md` numbers it. */
  readonly number: number;
  readonly name: string;
  readonly track: 'chain' | 'rest';
  /** The settlements that go through with it are refused their mint: only then is asked what this breaks. */
  readonly amongRefused?: true;
  /** What a worker asks for when it starts is away, or says something wrong: it may give up, and is started again. */
  readonly hindersStarts?: true;
  /** Only in seeds whose workers ask a quorum: without one the answer is believed, and docs/architecture.md says so. */
  readonly needsQuorum?: true;
  /** How long it lasts, drawn between the two. */
  readonly holdMs: readonly [least: number, most: number];
  /** Really causes it. @throws NotFired when there was nothing to break */
  fire(context: FaultContext): Promise<Fired>;
}

/** There was nothing that it could have broken; counts as not fired. */
export class NotFired extends Error {}

/** What was over when `fire` resolved. */
export function done(count: number): Fired {
  return { heal: async () => undefined, tookEffect: () => count };
}

export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

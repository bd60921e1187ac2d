import type { FaultWorld } from '../faultWorld';
import type { Random } from '../random';

export interface FinaleContext {
  readonly world: FaultWorld;
  readonly random: Random;
  readonly prefix: string;
  readonly complain: (what: string) => void;
  readonly say: (text: string) => void;
}

/** What breaks an assumption of the whole world: it comes alone, when the seed's other faults are healed and all has ended. */
export interface Finale {
  /** As `faults.md` numbers it. */
  readonly number: number;
  readonly name: string;
  /** Causes it, sees what must happen, and does what the documents tell an operator to do. Returns how often it took effect. */
  run(context: FinaleContext): Promise<number>;
}

import type { ChaosWorld } from './chaosWorld';
import type { ChaosOptions } from './options';
import type { Random } from './random';

export interface ScenarioContext {
  readonly world: ChaosWorld;
  readonly options: ChaosOptions;
  /** Of this scenario alone, so that its choices do not hang on the others'. */
  readonly random: Random;
  /** Before every id of this scenario. */
  readonly prefix: string;
  /** The progress line. */
  readonly progress: (text: string) => void;
}

export interface ScenarioFigures {
  readonly settlements: number;
  readonly kills: number;
  readonly starts: number;
}

/** `notRun` says why, and counts neither as passed nor as failed. */
export type ScenarioOutcome = ScenarioFigures | { readonly notRun: string };

export interface Scenario {
  readonly name: string;
  /** Resolves when all is as promised; throws with what is not. */
  run(context: ScenarioContext): Promise<ScenarioOutcome>;
}

/** @throws Error with the first few of what was found */
export function mustBeEmpty(what: string, found: readonly string[]): void {
  if (found.length === 0) return;
  const more = found.length > 5 ? `\n  and ${found.length - 5} more` : '';
  throw new Error(`${what}:\n  ${found.slice(0, 5).join('\n  ')}${more}`);
}

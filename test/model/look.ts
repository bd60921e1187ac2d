import { countAlive, latestOf, type Block, type Chain } from './chain';
import { createGateway, type Operation } from './gateway';
import { allRules, type Rules } from './rules';
import type { State } from './state';

/** How much of everything a configuration has: what keeps the model finite, and small enough. */
export interface Bounds {
  readonly attempts: 1 | 2;
  /** Signed transactions with the same operation and attempt that may be alive at once. */
  readonly copies: number;
  /** Transactions and block events that may be in and not final, on each chain. */
  readonly suffix: number;
  readonly hasReorgs: boolean;
  readonly hasZombie: boolean;
  readonly hasRestore: boolean;
  /** Other transactions on a burn's nonce. */
  readonly hasReplacements: boolean;
  readonly hasExpiry: boolean;
  readonly hasRevocation: boolean;
  readonly hasOutage: boolean;
  readonly hasTermination: boolean;
}

/** One state, and what is read from it more than once. */
export interface Look {
  readonly state: State;
  readonly rules: Rules;
  readonly bounds: Bounds;
  /** The gateway's own rule, as the configuration has it; and what workers know of it, which is always the whole. */
  readonly applies: Gateway;
  readonly wouldApply: Gateway;
  /** The latest block of each chain. */
  readonly source: Block;
  readonly destination: Block;
}

type Gateway = ReturnType<typeof createGateway>;

export function createLooks(rules: Rules, bounds: Bounds): (state: State) => Look {
  const applies = createGateway(rules);
  const wouldApply = createGateway(allRules);
  return (state) => ({
    state,
    rules,
    bounds,
    applies,
    wouldApply,
    source: latestOf(state.source, applies),
    destination: latestOf(state.destination, applies),
  });
}

/** Who takes a step: the system and the chains as they go on by themselves, people, or bad luck. */
export type Cause = 'system' | 'people' | 'fault';

export interface Step {
  readonly says: string;
  readonly cause: Cause;
  readonly next: State;
}

/** What a live worker asks before it signs: could the final and the latest slot take it, and is nothing of it on its way? */
export function isWanted(
  { wouldApply }: Look,
  chain: Chain,
  latest: Block,
  operation: Operation,
  attempt: number,
): boolean {
  return (
    wouldApply(chain.final.slot, operation, attempt) &&
    wouldApply(latest.slot, operation, attempt) &&
    countAlive(chain, operation, attempt, true) === 0
  );
}

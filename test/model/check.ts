import { configurationOf, type Configuration } from './configurations';
import type { Drop } from './drops';
import { explore, traceTo, type Explored } from './explore';
import { createLooks } from './look';
import { allRules, without } from './rules';

/** More would not fit into the memory that is promised. */
export const mostStates = 5_000_000;

export interface Checked {
  readonly name: string;
  readonly states: number;
  readonly depth: number;
  readonly seconds: number;
  /** In words what is wrong, and the way there; empty: as it should be. */
  readonly problem: string;
  readonly trace: readonly string[];
  /** States from which nothing but a word of a caller or an operator leads to the end. */
  readonly waiting: number | null;
  /** States of which it is known that not even that helps. */
  readonly held: number;
}

/** All rules on: nothing may break, everything is seen, and from everywhere there is a way to the end. */
export function checkWhole({ name, bounds, ends, leastStates }: Configuration): Checked {
  const startedAt = performance.now();
  const judged = { rules: allRules, bounds, mostStates, judgesFence: true };
  const explored = explore({ ...judged, keepsEdges: ends !== null });
  const { states, depth, held, violation, isComplete, graph } = explored;
  const waiting = ends === null || !isComplete ? null : graph.stuck(['system']).length;
  const stuck = ends === null || !isComplete ? [] : graph.stuck(ends === 'alone' ? ['system'] : ['system', 'people']);
  const [first] = stuck;
  const seconds = (performance.now() - startedAt) / 1000;
  const checked = { name, states, depth, seconds, waiting, held };
  if (violation) return { ...checked, problem: violation.invariant, trace: violation.trace };
  if (first !== undefined) {
    const trace = traceTo(graph, first, createLooks(allRules, bounds));
    return { ...checked, problem: `${stuck.length} states have no way to the end`, trace };
  }
  return { ...checked, problem: problemOfSize(explored, leastStates), trace: [] };
}

function problemOfSize({ isComplete, states }: Explored, leastStates: number): string {
  if (!isComplete) return `more than ${mostStates} states`;
  return states < leastStates ? `only ${states} states: at least ${leastStates} are expected` : '';
}

export interface CheckedDrop extends Omit<Checked, 'problem' | 'waiting' | 'held'> {
  readonly foundIn: string;
  /** The invariant that breaks; null: none did, so the rule does nothing, or the model does not see what it does. */
  readonly invariant: string | null;
}

export function checkDrop({ rules, foundIn }: Drop): CheckedDrop {
  const startedAt = performance.now();
  const { states, depth, violation } = explore({
    rules: without(rules),
    bounds: configurationOf(foundIn).bounds,
    mostStates: 500_000,
    keepsEdges: false,
    judgesFence: rules.length === 1,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const name = rules.join(' and ');
  return {
    name,
    foundIn,
    states,
    depth,
    seconds,
    invariant: violation?.invariant ?? null,
    trace: violation?.trace ?? [],
  };
}

import { burnAnswers, burnDeeds, replacements } from './burnSteps';
import { chainSteps } from './chainSteps';
import { keyOf, stateOfKey } from './codec';
import { Graph } from './graph';
import { brokenInvariant, isEnd, isKnownHold } from './invariants';
import { createLooks, type Bounds, type Look, type Step } from './look';
import { mintAnswers, mintDeeds } from './mintSteps';
import { peopleSteps } from './people';
import type { Rules } from './rules';
import { firstState } from './state';
import { undoAnswers, undoDeeds } from './undoSteps';
import { deedSteps, zombieSteps } from './zombie';

const deeds = [...burnDeeds, ...mintDeeds, ...undoDeeds];

/** Everything that can happen next. */
export function stepsFrom(look: Look): readonly Step[] {
  return [
    ...deedSteps(look, deeds),
    ...burnAnswers(look),
    ...mintAnswers(look),
    ...undoAnswers(look),
    ...replacements(look),
    ...chainSteps(look),
    ...peopleSteps(look),
    ...zombieSteps(look, deeds),
  ];
}

export interface Explored {
  readonly states: number;
  /** Steps of the longest shortest way to a state. */
  readonly depth: number;
  /** States of a known hold. */
  readonly held: number;
  /** The first invariant that broke and the shortest way there; null: none in any state. */
  readonly violation: { readonly invariant: string; readonly trace: readonly string[] } | null;
  /** Whether every state was seen; false after a violation, or at the limit. */
  readonly isComplete: boolean;
  readonly graph: Graph;
}

export interface Exploration {
  readonly rules: Rules;
  readonly bounds: Bounds;
  /** Beyond it, it ends incomplete. */
  readonly mostStates: number;
  /** Whether `stuck` will be asked. */
  readonly keepsEdges: boolean;
  /** I11 with the others. */
  readonly judgesFence: boolean;
}

/** Breadth first, so that the way to the first violation is the shortest there is. */
export function explore({ rules, bounds, mostStates, keepsEdges, judgesFence }: Exploration): Explored {
  const lookAt = createLooks(rules, bounds);
  const graph = new Graph(keepsEdges);
  let held = 0;
  graph.add(keyOf(firstState), -1);
  for (let at = 0; at < graph.size; at += 1) {
    const look = lookAt(stateOfKey(graph.keyAt(at)));
    const invariant = brokenInvariant(look, judgesFence);
    const reached = { states: graph.size, depth: graph.depthOf(at), held, graph };
    if (invariant !== null) {
      return { ...reached, violation: { invariant, trace: traceTo(graph, at, lookAt) }, isComplete: false };
    }
    if (graph.size > mostStates) return { ...reached, violation: null, isComplete: false };
    const holds = isKnownHold(look) && !isEnd(look);
    if (holds) held += 1;
    graph.open(holds || isEnd(look));
    for (const { next, cause } of stepsFrom(look)) graph.connect(keyOf(next), at, cause);
  }
  const depth = graph.depthOf(graph.size - 1);
  return { states: graph.size, depth, held, violation: null, isComplete: true, graph };
}

/** The steps from the first state to this one, in words. They are not kept: each is found again. */
export function traceTo(graph: Graph, end: number, lookAt: ReturnType<typeof createLooks>): readonly string[] {
  const trace: string[] = [];
  for (let at = end; ;) {
    const parent = graph.parentOf(at);
    if (parent < 0) return trace.reverse();
    const key = graph.keyAt(at);
    const steps = stepsFrom(lookAt(stateOfKey(graph.keyAt(parent))));
    trace.push(steps.find(({ next }) => keyOf(next) === key)?.says ?? 'a step that cannot be found again');
    at = parent;
  }
}

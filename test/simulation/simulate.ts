import { Callers } from './callers';
import { checkAnswer, checkChains, checkEvents, judgeSigned } from './checks';
import type { FaultCounts } from './faults';
import { calm } from './gatewayRules';
import { Operator } from './operator';
import { planTroubles } from './troubles';
import { createWorld, type Bug, type World } from './world';

export interface SeedResult {
  readonly seed: number;
  readonly outcome: string;
  readonly violations: readonly string[];
  readonly faults: FaultCounts;
  readonly timeline: readonly string[];
  readonly steps: number;
}

/** From here on nothing new goes wrong, and what is wrong heals. */
const healAfterMs = 900_000;
const mostSteps = 200_000;

/** One settlement through everything that its seed brings, judged at its end. */
export async function simulate(seed: number, bug: Bug | null = null): Promise<SeedResult> {
  const world = createWorld(seed, bug, judgeSigned);
  const uninstall = world.clock.install();
  const takeOut = bug?.inWorkflow?.();
  try {
    await play(world);
  } catch (error) {
    world.violations.push(`I7 ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    takeOut?.();
    uninstall();
  }
  const { violations, faults, timeline, ledger, clock } = world;
  const { status, compensated } = ledger.tables.row?.record ?? {};
  const outcome = status === undefined ? 'never entered' : `${status}${compensated ? ', refunded' : ''}`;
  return { seed, outcome, violations, faults, timeline, steps: clock.steps };
}

async function play(world: World): Promise<void> {
  const { clock } = world;
  const callers = new Callers(world);
  const operator = new Operator(world, callers);
  const ending = { done: false };
  clock.after(world.random() * 2_000, () => callers.start());
  planTroubles(world, callers);
  clock.after(healAfterMs, () => {
    heal(world);
    operator.lookAfter(() => (ending.done = true));
  });
  await clock.run(() => ending.done, mostSteps);
  checkChains(world);
  checkEvents(world);
  if (world.violations.length > 0) return;
  checkAnswer(world);
  await checkSameAnswer(world, callers);
}

function heal(world: World): void {
  const { gate, ledger, temporal, source, destination, note, order } = world;
  note('everything heals');
  gate.crashes = gate.zombies = temporal.losesAnswers = ledger.losesAnswers = 0;
  ledger.down = false;
  for (const { chain, settler, refunder, reverser } of [source, destination]) {
    chain.catchUp();
    chain.mood = calm;
    chain.heal();
    for (const lane of [settler, refunder, reverser]) lane.busy = lane.replaces = 0;
  }
  if (destination.chain.head().timestamp >= order.validBefore) world.faults.validBeforeReached += 1;
}

/** I12: retention took the run; whoever starts the same order again gets the same answer, and nothing moves. */
async function checkSameAnswer(world: World, callers: Callers): Promise<void> {
  const answer = (): string =>
    JSON.stringify(world.ledger.tables.row?.record ?? null, ['status', 'attempt', 'errorCode', 'compensated']);
  if (!world.ledger.tables.row) return;
  const before = { answer: answer(), moves: world.signed.length, ended: callers.run?.ended?.state };
  callers.forget();
  callers.startRaw('start');
  await world.clock.run(() => callers.run?.ended != null, mostSteps);
  const same = callers.run?.ended?.state === before.ended && answer() === before.answer;
  if (!same)
    world.violations.push(
      `I12 was ${before.ended ?? ''} ${before.answer}, is ${callers.run?.ended?.state ?? ''} ${answer()}`,
    );
  if (world.signed.length > before.moves) world.violations.push('I12 a repeated start signed something');
}

import { isTerminal } from '../../src/domain/status';
import { Callers } from './callers';
import { checkAnswer, checkChains, checkEvents, judgeSigned } from './checks';
import type { FaultCounts } from './faults';
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
/** How often the operator looks after that, and how often at most. */
const lookEveryMs = 600_000;
const mostLooks = 40;
/** By this look whatever cannot go on alone must have called. */
const calledByLook = 8;
const mostSteps = 200_000;

/** One settlement through everything that its seed brings, judged at its end. */
export async function simulate(seed: number, bug: Bug | null = null): Promise<SeedResult> {
  const world = createWorld(seed, bug, judgeSigned);
  const uninstall = world.clock.install();
  try {
    await play(world);
  } catch (error) {
    world.violations.push(`I7 ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    uninstall();
  }
  const { violations, faults, timeline, ledger, clock } = world;
  const { status, compensated, attempt } = ledger.tables.row?.record ?? {};
  const outcome = status === undefined ? 'never entered' : `${status}${compensated ? ', refunded' : ''}`;
  void attempt;
  return { seed, outcome, violations, faults, timeline, steps: clock.steps };
}

async function play(world: World): Promise<void> {
  const { clock } = world;
  const callers = new Callers(world);
  const ending = { done: false };
  clock.after(world.random() * 2_000, () => callers.start());
  planTroubles(world, callers);
  clock.after(healAfterMs, () => {
    heal(world);
    lookAfter(world, callers, 1, () => (ending.done = true));
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
    chain.mood = { pausedNew: false, pausedAll: false, limitUsedUp: false, frozen: false };
    chain.heal();
    for (const lane of [settler, refunder, reverser]) lane.busy = lane.replaces = 0;
  }
  if (destination.chain.head().timestamp >= order.validBefore) world.faults.validBeforeReached += 1;
}

/** I7: the operator acts where he is called, and only there; in the end every settlement has its answer. */
function lookAfter(world: World, callers: Callers, look: number, onEnd: () => void): void {
  const { clock, violations } = world;
  if (isSettled(world, callers)) return onEnd();
  if (look > mostLooks) {
    violations.push(`I7 no end after ${mostLooks} looks of an operator: ${stateOf(world, callers)}`);
    return onEnd();
  }
  act(world, callers, look);
  clock.after(lookEveryMs, () => lookAfter(world, callers, look + 1, onEnd));
}

function isSettled(world: World, { run }: Callers): boolean {
  const { source, destination, ledger } = world;
  const landed = [source, destination].every(({ chain }) => chain.isIdle && chain.final().slot === chain.head().slot);
  if (!landed || !run?.ended || run.ended.state === 'TERMINATED') return false;
  const row = ledger.tables.row;
  return row ? isTerminal(row.record.status) : run.ended.state === 'FAILED';
}

function act(world: World, callers: Callers, look: number): void {
  const { run } = callers;
  if (!run) return callers.start();
  if (run.ended) return void (isSettled(world, callers) || callers.startRaw('retry'));
  if (!world.ledger.tables.row) return callers.terminate(); // a restored ledger does not know it: begun again
  const record = run.record();
  if (!record?.needsOperator) {
    if (look === calledByLook) world.violations.push(`I7 no operator is called: ${stateOf(world, callers)}`);
    return;
  }
  if (record.status === 'MINTED') return callers.resolve(look % 2 === 0 ? 'complete' : 'refund');
  callers.resolve(look % 4 === 3 ? 'retry' : 'refund');
}

/** I12: retention took the run; whoever starts the same order again gets the same answer, and nothing moves. */
async function checkSameAnswer(world: World, callers: Callers): Promise<void> {
  const answer = (): string => JSON.stringify(world.ledger.tables.row?.record ?? null, ['status', 'attempt', 'errorCode', 'compensated']);
  if (!world.ledger.tables.row) return;
  const before = { answer: answer(), moves: world.signed.length, ended: callers.run?.ended?.state };
  callers.forget();
  callers.startRaw('start');
  await world.clock.run(() => callers.run?.ended != null, mostSteps);
  const same = callers.run?.ended?.state === before.ended && answer() === before.answer;
  if (!same) world.violations.push(`I12 was ${before.ended ?? ''} ${before.answer}, is ${callers.run?.ended?.state ?? ''} ${answer()}`);
  if (world.signed.length > before.moves) world.violations.push('I12 a repeated start signed something');
}

function stateOf({ ledger }: World, { run }: Callers): string {
  const said = run?.ended ? run.ended.state : run?.record();
  return `run ${JSON.stringify(said)}, ledger ${JSON.stringify(ledger.tables.row?.record.status)}`;
}

import { setTimeout as delay } from 'node:timers/promises';
import type { SignedOrder } from '../../../src/domain/order';
import type { ChaosWorld } from '../chaosWorld';
import { countOpen } from '../countOpen';
import { inTurn } from '../inTurn';
import { clientAt, resultOf, signOrders, startOne } from '../load';
import { mustBeEmpty, type Scenario, type ScenarioContext } from '../scenario';
import { withDeadline } from '../withDeadline';

const killEveryMs = 2_000;
/** After this long the faults heal, and what is left must end in bounded time. */
const killAtMostMs = { ci: 120_000, full: 480_000 } as const;
/** A dead worker's activity is noticed after 60 s; its next execution may have been on a worker that died as well. */
const healWithinMs = 300_000;
const [startsAtOnce, resultsAtOnce] = [50, 100];

export const killedWorkers: Scenario = {
  name: 'workers are killed',
  async run(context) {
    const { world, options, random, prefix } = context;
    const count = options.settlements ?? (options.size === 'full' ? 1_000 : 150);
    const orders = await signOrders(world, prefix, count, random);
    const killsBefore = world.workers.kills;
    const stopKilling = world.workers.killOneEvery(killEveryMs, random);
    const ended = { yes: false };
    const all = startAndAwait(world, orders).finally(() => (ended.yes = true));
    all.catch(() => undefined); // awaited below
    const telling = tellProgress(context, count, ended);
    try {
      await Promise.race([all, delay(killAtMostMs[options.size], undefined, { ref: false })]);
      await stopKilling();
      const open = () => `${count} settlements, ${world.workers.kills - killsBefore} kills`;
      const statuses = await withDeadline(all, healWithinMs, open);
      mustBeEmpty(
        'not every settlement is COMPLETED',
        statuses.filter((text) => !text.endsWith(' COMPLETED')),
      );
      if (world.workers.kills === killsBefore)
        throw new Error('all was over before a worker was killed: take more --settlements');
      mustBeEmpty('workers ended by themselves', world.workers.deaths);
    } finally {
      ended.yes = true;
      await stopKilling().catch(() => undefined);
      await telling;
    }
    return { settlements: count, kills: world.workers.kills - killsBefore, starts: count };
  },
};

/** Everything is started while workers die, and awaited; the answers, one text an id. */
async function startAndAwait(world: ChaosWorld, orders: readonly SignedOrder[]): Promise<readonly string[]> {
  await inTurn(orders, startsAtOnce, (signed, at) => startOne(world, clientAt(world, at), signed));
  return inTurn(orders, resultsAtOnce, async ({ order: { settlementId } }, at) => {
    const { status } = await resultOf(clientAt(world, at), settlementId);
    return `${settlementId} ${status}`;
  });
}

async function tellProgress(context: ScenarioContext, count: number, ended: { readonly yes: boolean }): Promise<void> {
  const { world, prefix, progress } = context;
  const killsBefore = world.workers.kills;
  while (!ended.yes) {
    const open = await countOpen(world.stack.temporal, prefix).catch(() => undefined);
    const started = world.starts.filter(({ settlementId }) => settlementId.startsWith(`${prefix}-`)).length;
    const done = open === undefined ? '?' : Math.max(0, started - open);
    progress(`${started} of ${count} started, ${done} ended, ${world.workers.kills - killsBefore} kills`);
    await delay(1_000);
  }
}

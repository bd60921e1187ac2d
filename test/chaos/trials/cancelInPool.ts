import { setTimeout as delay } from 'node:timers/promises';
import { clientAt } from '../load';
import { begin, setBlocks, waitFor, waitInPool } from './steps';
import { soonMs, type Trial } from './trial';

/** Time enough for a wrong refund to be in; the lanes replace what waits for longer than 4 s. */
const waitingMs = 3_000;

export const cancelMintInPool: Trial = {
  name: 'cancel-mint-in-pool',
  does: 'a settlement is cancelled while its mint waits in the pool, and could still land',
  stuckAfterMs: 40_000,
  async run(context) {
    const { world } = context;
    const [, birch] = world.chains;
    await setBlocks(birch, false);
    const { order } = await begin(context, 'cancelled');
    await waitInPool(birch, order.settlementId);
    await clientAt(world, 0).cancel(order.settlementId);
    await delay(waitingMs);
    await setBlocks(birch, true);
  },
};

export const cancelBurnInPool: Trial = {
  name: 'cancel-burn-in-pool',
  does: 'a settlement is cancelled while its burn waits in the pool, and could still land; its activity is cut off and asked again',
  stuckAfterMs: soonMs,
  async run(context) {
    const { world } = context;
    const [alder] = world.chains;
    await setBlocks(alder, false);
    const { order } = await begin(context, 'cancelled');
    await waitInPool(alder, order.settlementId);
    const pending = async () => (await world.stack.handle(order.settlementId).describe()).raw.pendingActivities?.[0];
    const first = (await pending())?.activityId;
    await clientAt(world, 0).cancel(order.settlementId);
    // A cancelled activity is not tried again: what comes after it hears of the cancel from its beginning.
    for (const endpoint of world.endpoints[0]) endpoint.be({ kind: 'dead' });
    await waitFor('the first burn activity is given up', async () => {
      const id = (await pending())?.activityId;
      return id !== undefined && id !== null && id !== first;
    });
    for (const endpoint of world.endpoints[0]) endpoint.be({ kind: 'none' });
    await delay(waitingMs);
    await setBlocks(alder, true);
  },
};

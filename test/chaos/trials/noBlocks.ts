import { setTimeout as delay } from 'node:timers/promises';
import { begin, setBlocks, waitInPool } from './steps';
import { soonMs, type Trial } from './trial';

/** Longer than the lanes wait before they bump the fee, and than a step waits before it looks again. */
const withoutMs = 6_500;

export const noBlocks: Trial = {
  name: 'no-blocks',
  does: 'burns stay in the pool until the lanes send them again, and replace them at a higher fee',
  stuckAfterMs: soonMs,
  async run(context) {
    const [alder] = context.world.chains;
    await setBlocks(alder, false);
    const { order } = await begin(context, 'waiting');
    await begin(context, 'waiting-too');
    await waitInPool(alder, order.settlementId);
    await delay(withoutMs);
    await setBlocks(alder, true);
  },
};

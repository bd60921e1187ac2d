import { begin, setBlocks, waitInPool } from './steps';
import { soonMs, type Trial } from './trial';

export const droppedFromPool: Trial = {
  name: 'dropped-from-pool',
  does: 'the pool forgets a burn that was taken',
  stuckAfterMs: soonMs,
  async run(context) {
    const [alder] = context.world.chains;
    await setBlocks(alder, false);
    const { order } = await begin(context, 'forgotten');
    await waitInPool(alder, order.settlementId);
    await alder.rpc('anvil_dropAllTransactions');
    await setBlocks(alder, true);
  },
};

import { begin, setBlocks, waitForRow, waitInPool } from './steps';
import { soonMs, type Trial } from './trial';

export const terminatedRun: Trial = {
  name: 'terminated-run',
  does: 'a run is terminated with its mint in the pool, and the workers that had it die',
  stuckAfterMs: soonMs,
  async run(context) {
    const { world } = context;
    const { workers } = world;
    const [, birch] = world.chains;
    await setBlocks(birch, false);
    const { order } = await begin(context, 'terminated');
    const { settlementId } = order;
    await waitForRow(world, settlementId, ['MINTING']);
    await waitInPool(birch, settlementId);
    world.rerunIds.add(settlementId);
    await world.stack.handle(settlementId).terminate('an operator slipped');
    // What still ran for it would bring it to its end without a run.
    for (let at = 0; at < workers.count; at++) await workers.end(at, 'SIGKILL');
    await workers.allPoll();
    await setBlocks(birch, true);
  },
};

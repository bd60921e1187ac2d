import type { Hex } from 'viem';
import type { FaultWorld } from '../faultWorld';
import type { ChainHand } from '../chainHand';
import { devAccounts } from '../../../src/local/devAccounts';
import { begin, reconcileNow, setBlocks, waitFinal, waitForRow, waitInPool, type Pending } from './steps';
import { soonMs, type Trial } from './trial';

export const foreignNonces: Trial = {
  name: 'foreign-nonces',
  does: "somebody else sends with our keys: takes a waiting burn's nonce, and one that no journal knows",
  stuckAfterMs: soonMs,
  async run(context) {
    const { world, complain } = context;
    const [alder] = world.chains;
    const first = await begin(context, 'first');
    await waitForRow(world, first.order.settlementId, ['COMPLETED']);
    await reconcileNow(world); // from here on every nonce of ours is looked at
    await setBlocks(alder, false);
    const { order } = await begin(context, 'overtaken');
    await overtake(world, alder, await waitInPool(alder, order.settlementId));
    await setBlocks(alder, true);
    const { address } = devAccounts().refunder2;
    const { hash } = await alder.sendAs('refunder2', { to: address });
    world.foreignHashes.add(hash);
    await waitFinal(world);
    const { findings } = await reconcileNow(world);
    if (!findings.some(({ kind }) => kind === 'foreignTransaction'))
      complain("the reconciliation said nothing of a stranger's transaction");
  },
};

/** Another transaction on the same nonce, which pays more: the pool keeps that one. */
async function overtake({ foreignHashes }: FaultWorld, on: ChainHand, { from, nonce }: Pending): Promise<void> {
  const fee = `0x${(100n * 10n ** 9n).toString(16)}`;
  const transaction = { from, to: from, nonce, maxFeePerGas: fee, maxPriorityFeePerGas: fee, gas: '0x5208' };
  foreignHashes.add(await on.rpc<Hex>('eth_sendTransaction', [transaction]));
}

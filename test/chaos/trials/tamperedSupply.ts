import { toHex, type Hex } from 'viem';
import type { ChainHand } from '../chainHand';
import { begin, reconcileNow, waitFinal, waitForRow } from './steps';
import { soonMs, type Trial } from './trial';

export const tamperedSupply: Trial = {
  name: 'tampered-supply',
  does: "a token's supply grows by what no log tells: the reconciliation must tell",
  stuckAfterMs: soonMs,
  async run(context) {
    const { world, complain } = context;
    const [alder] = world.chains;
    const first = await begin(context, 'first');
    await waitForRow(world, first.order.settlementId, ['COMPLETED']);
    await waitFinal(world);
    await reconcileNow(world); // the supply is counted
    const supply = await alder.chain.totalSupply();
    const place = await findSupply(alder, supply);
    const set = (value: bigint) =>
      alder.rpc('anvil_setStorageAt', [alder.deployed.token, place, toHex(value, { size: 32 })]);
    await set(supply + 1n);
    await waitFinal(world);
    const { findings } = await reconcileNow(world);
    if (!findings.some(({ kind }) => kind === 'supply')) complain('the reconciliation said nothing of a wrong supply');
    await set(supply);
    await waitFinal(world);
    await reconcileNow(world); // it went down again: told as well
    await world.stack.resumeRoutes();
  },
};

/** Where the token keeps its supply: the one of its first places with that number in it. */
async function findSupply({ rpc, deployed }: ChainHand, supply: bigint): Promise<Hex> {
  for (let place = 0; place < 20; place++) {
    const word = await rpc<Hex>('eth_getStorageAt', [deployed.token, toHex(place, { size: 32 }), 'latest']);
    if (BigInt(word) === supply) return toHex(place, { size: 32 });
  }
  throw new Error('the supply is nowhere in the token');
}

import type { Hex } from 'viem';
import { readSlot } from '../../../src/chains/readSlot';
import { slotStates } from '../../../src/domain/slot';
import { createFakeChain, settlementKey, slotOf } from '../lanes/fakeChain';

const ours: Hex = `0x${'ab'.repeat(32)}`;
const others: Hex = `0x${'cd'.repeat(32)}`;

describe('readSlot', () => {
  it.each(slotStates)('gives the slot to whose it is: %s', async (state) => {
    const fake = createFakeChain();
    fake.mine({ slot: slotOf(state) });
    expect(await readSlot(fake.chain, { settlementKey, fingerprint: ours }, 'latest')).toEqual(slotOf(state));
  });

  it.each(slotStates.filter((state) => state !== 'None'))("tells another order's as such: %s", async (state) => {
    const fake = createFakeChain();
    fake.mine({ slot: slotOf(state) });
    const { hash } = fake.head();
    const slot = await readSlot(fake.chain, { settlementKey, fingerprint: others }, { blockHash: hash });
    expect(slot).toEqual({ ...slotOf(state), state: 'OtherOrder' });
  });
});

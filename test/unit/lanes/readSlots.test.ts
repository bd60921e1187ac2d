import type { BlockWatcher } from '../../../src/chains/createBlockWatcher';
import type { FinalBlock } from '../../../src/chains/readFinalBlock';
import { readSlots, type Slots } from '../../../src/lanes/readSlots';
import { createFakeChain, fingerprint, settlementKey, slotOf } from './fakeChain';

const identity = { settlementKey, fingerprint };

function worldWith(recent: (fake: ReturnType<typeof createFakeChain>) => FinalBlock | null) {
  const fake = createFakeChain({ confirmations: 2 });
  fake.mine({ slot: slotOf('Burned') });
  const old = fake.head();
  fake.mine({ slot: slotOf('Refunded') });
  fake.mine();
  const watcher = { recentFinalBlock: () => recent(fake) && old } as unknown as BlockWatcher;
  fake.asked.length = 0;
  const read = (isEnough?: (slots: Slots) => boolean) => readSlots({ chain: fake.chain, watcher }, identity, isEnough);
  return { fake, old, read };
}

describe('both slots of an order', () => {
  it("are read at the watcher's block and at the latest, and no block is asked for", async () => {
    const { fake, old, read } = worldWith((chain) => chain.head());
    const { final, latest } = await read();
    expect(final).toMatchObject({ slot: { state: 'Burned' }, block: { hash: old.hash } });
    expect(latest.state).toBe('Refunded');
    expect(fake.asked.map(({ question }) => question)).toEqual(['readContract', 'readContract']);
  });

  it('are read again at a block of their own where so old a view will not do', async () => {
    const { fake, old, read } = worldWith((chain) => chain.head());
    expect((await read(({ final }) => final.slot.state === 'Burned')).final.block.hash).toBe(old.hash);
    const { final, latest } = await read(({ final: seen }) => seen.slot.state === 'None');
    expect(final).toMatchObject({ slot: { state: 'Refunded' }, block: { number: fake.head().number - 1n } });
    expect(latest.state).toBe('Refunded');
  });

  it('are read at a block of their own when a reorg past finality took the one that the watcher saw', async () => {
    const { fake, read } = worldWith((chain) => chain.head());
    fake.reorg(3);
    fake.mine({ slot: slotOf('None') });
    fake.mine();
    const { final, latest } = await read();
    expect(final).toMatchObject({ slot: { state: 'None' }, block: { number: fake.head().number - 1n } });
    expect(latest.state).toBe('None');
  });

  it('are read at a block of their own while the watcher knows no recent one', async () => {
    const { fake, read } = worldWith(() => null);
    const { final } = await read();
    expect(final.slot.state).toBe('Refunded');
    expect(final.block.number).toBe(fake.head().number - 1n);
  });
});

import fc from 'fast-check';
import type { PublicClient } from 'viem';
import type { Chain } from '../../../src/chains/chain';
import { readFinalBlock } from '../../../src/chains/readFinalBlock';
import { readFinalSlot } from '../../../src/chains/readFinalSlot';
import { TransientError } from '../../../src/domain/errors';
import { createFakeChain, fingerprint, settlementKey, slotOf } from '../lanes/fakeChain';

const mined = (confirmations: number, blocks: number): ReturnType<typeof createFakeChain> => {
  const fake = createFakeChain({ confirmations });
  for (let n = 0; n < blocks; n++) fake.mine();
  return fake;
};
const finalNumber = async (confirmations: number, blocks: number): Promise<bigint> =>
  (await readFinalBlock(mined(confirmations, blocks).chain)).number;

describe('the final block by confirmations', () => {
  it.each([
    [1, 10, 10n], // a block confirms itself
    [2, 10, 9n],
    [3, 10, 8n],
    [11, 10, 0n],
    [12, 10, 0n],
    [10_000, 10, 0n],
    [1, 0, 0n],
    [3, 0, 0n],
    [3, 1, 0n],
    [3, 2, 0n],
    [3, 3, 1n],
  ])('with %i of them on a chain at block %i is %i', async (confirmations, blocks, number) => {
    expect(await finalNumber(confirmations, blocks)).toBe(number);
  });

  it('has that many confirmations, unless it is the genesis', async () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat(30));
    await fc.assert(
      fc.asyncProperty(sizes, async ([confirmations, blocks]) => {
        const number = Number(await finalNumber(confirmations, blocks));
        expect(blocks - number + 1 >= confirmations || number === 0).toBe(true);
        if (blocks + 1 >= confirmations) expect(blocks - number + 1).toBe(confirmations);
      }),
    );
  });

  it('comes with its hash and its own time, not the latest', async () => {
    const fake = mined(2, 3);
    const { hash, timestamp, number } = fake.head();
    fake.mine({ timestamp: timestamp + 3_600n });
    expect(await readFinalBlock(fake.chain)).toEqual({ number, hash, timestamp });
  });
});

describe('the final block by the tag of the node', () => {
  it('is the one the node names finalized, and neither safe nor latest', async () => {
    const { config } = createFakeChain().chain;
    const tags: unknown[] = [];
    const client = {
      async getBlock(at: { blockTag: string }) {
        tags.push(at);
        return { number: 5n, hash: '0x05', timestamp: 50n, transactions: [] };
      },
    };
    const chain: Chain = {
      config: { ...config, finality: { kind: 'finalized' } },
      client: client as unknown as PublicClient,
    };
    expect(await readFinalBlock(chain)).toEqual({ number: 5n, hash: '0x05', timestamp: 50n });
    expect(tags).toEqual([{ blockTag: 'finalized' }]);
  });
});

describe('a final slot', () => {
  it('is read at the hash of the final block: a reorg in between is an error, not another answer', async () => {
    const fake = mined(2, 3);
    fake.mine({ slot: slotOf('Burned', 0) });
    expect((await readFinalSlot(fake.chain, { settlementKey, fingerprint })).slot.state).toBe('None');
    fake.mine();
    const { slot, block } = await readFinalSlot(fake.chain, { settlementKey, fingerprint });
    expect(slot).toEqual(slotOf('Burned', 0));
    expect(fake.asked.at(-1)).toEqual({ question: 'readContract', at: block.hash });
  });

  it.each(['getBlock', 'readContract'] as const)('is unknown when the node breaks off at %s', async (question) => {
    const fake = mined(2, 3);
    fake.breakAt(question);
    const refusal: unknown = await readFinalSlot(fake.chain, { settlementKey, fingerprint }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(TransientError);
    expect(refusal).toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
  });
});

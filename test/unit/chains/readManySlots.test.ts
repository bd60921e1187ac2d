import { keccak256, toHex, type Hex, type PublicClient } from 'viem';
import { readManySlots } from '../../../src/chains/readManySlots';
import { slotStates } from '../../../src/domain/slot';
import { chainConfigFor } from '../../support/chainConfigFor';

const identity = (name: string) => ({
  settlementKey: keccak256(toHex(name)),
  fingerprint: keccak256(toHex(`order of ${name}`)),
});
const print240 = (fingerprint: Hex): bigint => BigInt(fingerprint.slice(0, 62));

/** A gateway on which the given settlements are burned; the others' slots are empty. */
function chainWith(burned: ReadonlyMap<Hex, Hex>, leaveOut = 0) {
  const calls: { keys: readonly Hex[]; at: unknown }[] = [];
  const client = {
    readContract(call: { args: [readonly Hex[]]; blockHash?: Hex; blockTag?: string }) {
      calls.push({ keys: call.args[0], at: call.blockHash ?? call.blockTag });
      const slots = call.args[0].map((key) => {
        const owner = burned.get(key);
        if (owner === undefined) return { state: 0, attempt: 0, orderHash: 0n };
        return { state: slotStates.indexOf('Burned'), attempt: 2, orderHash: print240(owner) };
      });
      return Promise.resolve(slots.slice(leaveOut));
    },
  };
  const chain = { config: chainConfigFor(['http://nowhere.invalid']), client: client as unknown as PublicClient };
  return { chain, calls };
}

describe('the slots of many orders', () => {
  it('come in their order, each as its own order sees it, by one call for 500', async () => {
    const identities = Array.from({ length: 1_001 }, (_, index) => identity(String(index)));
    const [first, second] = identities as [ReturnType<typeof identity>, ReturnType<typeof identity>];
    const burned = new Map([
      [first.settlementKey, first.fingerprint],
      [second.settlementKey, identity('somebody else').fingerprint],
    ]);
    const { chain, calls } = chainWith(burned);
    const blockHash = keccak256(toHex('a block'));
    const slots = await readManySlots(chain, identities, { blockHash });
    expect(slots.map(({ state }) => state).slice(0, 3)).toEqual(['Burned', 'OtherOrder', 'None']);
    expect(slots[0]?.attempt).toBe(2);
    expect(slots).toHaveLength(1_001);
    expect(calls.map(({ keys, at }) => [keys.length, at])).toEqual([
      [500, blockHash],
      [500, blockHash],
      [1, blockHash],
    ]);
  });

  it('are asked for by nobody where there are none', async () => {
    const { chain, calls } = chainWith(new Map());
    expect(await readManySlots(chain, [], 'latest')).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('are not believed where there are fewer than keys', async () => {
    const { chain } = chainWith(new Map(), 1);
    await expect(readManySlots(chain, [identity('one'), identity('two')], 'latest')).rejects.toThrow(
      '1 slots for 2 keys',
    );
  });
});

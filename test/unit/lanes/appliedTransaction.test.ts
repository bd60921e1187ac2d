import { appliedTransaction } from '../../../src/lanes/appliedTransaction';
import type { LaneOperation } from '../../../src/lanes/lane';
import { anOrder } from '../domain/orders';
import { createFakeChain, fingerprint, owner, settlementKey, slotOf, transactionOf } from './fakeChain';

const operation: LaneOperation = {
  kind: 'Burn',
  attempt: 0,
  order: anOrder,
  settlementId: anOrder.settlementId,
  fingerprint,
  settlementKey,
  signature: '0x',
  owner,
};
const [first, second] = [transactionOf(0), transactionOf(1)];

/** A node that keeps its logs back (eth_getLogs answers []), and what the journal has. */
const find = (chain: ReturnType<typeof createFakeChain>, journaled: readonly (typeof first)[]) =>
  appliedTransaction({ chain: chain.chain, journaled: () => Promise.resolve(journaled) }, operation);

describe('the transaction that applied an operation', () => {
  const event = { name: 'OperationApplied', kind: 'Burn', attempt: 0 } as const;

  it('is found by its own receipt where the node keeps the events back', async () => {
    const fake = createFakeChain();
    fake.mine({}, [{ transaction: first, event: null }]);
    fake.mine({ slot: slotOf('Burned') }, [{ transaction: second, event }]);
    expect(await find(fake, [first, second])).toBe(second.hash);
  });

  it('is none of the journal where no receipt tells of it', async () => {
    const fake = createFakeChain();
    fake.mine({ slot: slotOf('Burned') }, [
      { transaction: first, event: { ...event, name: 'OperationAlreadyApplied' } },
    ]);
    expect(await find(fake, [first, second])).toBeNull();
    expect(await find(fake, [])).toBeNull();
  });

  it('is unknown while the node does not answer', async () => {
    const fake = createFakeChain();
    fake.breakAt('getTransactionReceipt');
    await expect(find(fake, [first])).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
  });
});

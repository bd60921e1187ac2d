import { randomUUID } from 'node:crypto';
import { orderToJson } from '../../src/domain/order';
import { digest, orderOf, startTestLedger, type TestLedger } from '../support/testLedger';

/** Orders that are accepted one by one and go together, on a real Postgres. */
describe('orders in bulk', () => {
  let own: TestLedger;
  beforeEach(async () => {
    own = await startTestLedger();
  });
  afterEach(() => own.close());

  const signature = '0x1234' as const;
  const claimOf = (id: string, amount = 1n) => ({
    order: orderToJson(orderOf(id, amount)),
    signature,
    fingerprint: digest(`${id} ${amount}`),
  });
  const outcomesOf = async (claims: readonly ReturnType<typeof claimOf>[], most = 100, ledger = own.ledger) =>
    (await ledger.claimOrders(claims, most)).map(({ outcome }) => outcome);

  it('accepts an id once, and says of every repeat what stands', async () => {
    expect(await outcomesOf([claimOf('a'), claimOf('b'), claimOf('a'), claimOf('b', 2n)])).toEqual([
      'claimed',
      'claimed',
      'standing',
      'conflict',
    ]);
    const [first] = await own.ledger.claimOrders([claimOf('a')], 100);
    expect(first).toMatchObject({ outcome: 'standing' });
    expect(await outcomesOf([claimOf('a', 7n), claimOf('b'), claimOf('c')])).toEqual([
      'conflict',
      'standing',
      'claimed',
    ]);
    const claim = await own.ledger.findClaim('a');
    expect(claim).toMatchObject({ ...claimOf('a'), batchId: first?.batchId, claimedAt: first?.claimedAt });
    expect(await own.ledger.findClaim('nobody')).toBeNull();
  });

  it('accepts each of many ids once, whoever asks at the same time', async () => {
    const ids = Array.from({ length: 20 }, () => randomUUID());
    const ledgers = [own.ledger, own.another(), own.another()];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        outcomesOf(
          ids.map((id) => claimOf(id)),
          15,
          ledgers[at % ledgers.length],
        ),
      ),
    );
    for (const at of ids.keys()) {
      expect(answers.filter((outcomes) => outcomes[at] === 'claimed')).toHaveLength(1);
      expect(answers.filter((outcomes) => outcomes[at] === 'standing')).toHaveLength(29);
    }
  });

  it('closes a batch when its window is over or it is full, and names it until its run was started', async () => {
    await own.ledger.claimOrders([claimOf('a'), claimOf('b')], 2);
    expect(await own.ledger.closeBulk(60_000)).toEqual([]);
    await own.ledger.claimOrders([claimOf('c')], 2); // the first is full
    const [full] = await own.ledger.closeBulk(60_000);
    expect(full).toMatchObject({ size: 2 });
    const closed = await own.ledger.closeBulk(0);
    expect(closed).toMatchObject([full, { size: 1 }]);
    expect(await own.ledger.closeBulk(0)).toEqual(closed);
    const { batchId } = closed[1] as (typeof closed)[number];
    expect(await own.ledger.batchOrders({ batchId, from: 0, to: 1 })).toMatchObject([{ ...order('c'), position: 0 }]);
    for (const one of closed) await own.ledger.markBulkStarted(one.batchId);
    expect(await own.ledger.closeBulk(0)).toEqual([]);
    expect(await own.ledger.readBatch(batchId)).toMatchObject({ size: 1, statuses: { PENDING: 1 } });
  });

  it('lets nobody change a batch but by closing it once', async () => {
    await own.ledger.claimOrders([claimOf('a')], 100);
    const [closed] = await own.ledger.closeBulk(0);
    for (const change of ['size = 2', 'size = null', "digest = 'x'"]) {
      await expect(
        own.query(`update ledger.batches set ${change} where batch_id = '${closed?.batchId}'`),
      ).rejects.toThrow('append only');
    }
  });

  const order = (id: string) => ({ order: claimOf(id).order, signature });
});

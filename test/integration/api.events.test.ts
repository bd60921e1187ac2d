import { Client } from 'pg';
import { followEvents } from '../../src/ledger/api/followEvents';
import { createApiLedger, type ApiLedger } from '../../src/ledger/createApiLedger';
import { entryOf, settlementIn, startTestLedger, type TestLedger } from '../support/testLedger';

/** The ledger's events in the order of their ids, though they are committed in another. Real Postgres, real transactions. */
describe('followEvents', () => {
  let its: TestLedger;
  let ledger: ApiLedger;
  const open: Client[] = [];
  beforeEach(async () => {
    its = await startTestLedger();
    ledger = createApiLedger({ databaseUrl: its.url });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.end()));
    await ledger.close();
    await its.close();
  });

  /** A transaction that has written an event and is not over. */
  async function begin(settlementId: string): Promise<Client> {
    const client = new Client(its.url);
    open.push(client);
    await client.connect();
    await client.query('begin');
    await client.query(`update ledger.settlements set needs_operator = true where settlement_id = $1`, [settlementId]);
    return client;
  }

  const keysOf = (events: readonly { settlementId: string; seq: number }[]) =>
    events.map(({ settlementId, seq }) => `${settlementId}/${seq}`);

  const enter = async (settlementId: string) => {
    const entry = entryOf();
    await its.ledger.enter({ ...entry, order: { ...entry.order, settlementId } });
  };

  test('returns each event once: those that are committed late, and none twice', async () => {
    for (const id of ['a-1', 'a-2', 'a-3']) await enter(id);
    const follower = followEvents(ledger.newEvents, 0n);
    expect(keysOf(await follower.next())).toEqual(['a-1/1', 'a-1/2', 'a-2/1', 'a-2/2', 'a-3/1', 'a-3/2']);
    expect(follower.through).toBe(6n);

    const late = await begin('a-1'); // id 7, not committed
    const lost = await begin('a-2'); // id 8, to be rolled back
    await enter('a-4'); // 9, 10
    expect(keysOf(await follower.next())).toEqual(['a-4/1', 'a-4/2']);
    expect(follower.through).toBe(6n);
    expect(await follower.next()).toEqual([]);
    expect(follower.through).toBe(6n);

    await late.query('commit');
    expect(keysOf(await follower.next())).toEqual(['a-1/3']);
    expect(follower.through).toBe(7n);
    // 8 may still come.
    await lost.query('rollback');
    expect(await follower.next()).toEqual([]);
    expect(follower.through).toBe(10n);
    await settlementIn(its.ledger, 'BURNING', { order: entryOf().order });
    expect(await follower.next()).toHaveLength(3);
  });

  test('a transaction that began before and writes after does not hold it up, nor is it missed', async () => {
    await enter('a-1');
    const follower = followEvents(ledger.newEvents, 0n);
    await follower.next();
    const early = await begin('a-1'); // id 3
    await enter('a-2'); // 4, 5
    await follower.next();
    const later = await begin('a-2'); // id 6, begun after the gap was seen
    await early.query('commit');
    expect(keysOf(await follower.next())).toEqual(['a-1/3']);
    // The gap was 3 alone: what began after it need not end first.
    expect(follower.through).toBe(5n);
    await later.query('commit');
    expect(keysOf(await follower.next())).toEqual(['a-2/3']);
  });

  test('goes through more than a page', async () => {
    await its.query(`
      insert into ledger.settlements (settlement_id, settlement_key, fingerprint, "order", signature, status, source_chain, destination_chain,
        token, amount, holder, recipient, attempt, epoch, owner_run_id, owner_fence, owner_scheduled_at)
      select 'many-' || n, '0x' || encode(sha256(n::text::bytea), 'hex'), '0x' || encode(sha256(n::text::bytea), 'hex'), '{}', '0x01', 'PROCESSING',
        'alder', 'birch', 't', '1', 'h', 'r', 0, 0, 'run', 1, now() from generate_series(1, 1300) n`);
    const follower = followEvents(ledger.newEvents, 0n);
    const all = new Set<string>();
    for (;;) {
      const events = await follower.next();
      for (const key of keysOf(events)) all.add(key);
      if (events.length === 0) break;
    }
    expect(all.size).toBe(2_600);
    expect(follower.through).toBe(2_600n);
  });
});

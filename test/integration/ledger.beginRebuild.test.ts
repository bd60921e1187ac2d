import { Client } from 'pg';
import {
  entryOf,
  leaseLane,
  operationOf,
  settlementIn,
  sign,
  startTestLedger,
  type TestLedger,
} from '../support/testLedger';

let own: TestLedger;
beforeEach(async () => {
  own = await startTestLedger();
});
afterEach(() => own.close());

describe('beginRebuild', () => {
  it('refuses a ledger that holds a settlement, and leaves its epoch', async () => {
    await settlementIn(own.ledger, 'PROCESSING');
    await expect(own.ledger.beginRebuild('a test')).rejects.toMatchObject({
      code: 'LEDGER_NOT_EMPTY',
      retryable: false,
    });
    expect(await own.ledger.readEpoch()).toBe(0);
    expect((await own.ledger.enter(entryOf())).record.status).toBe('PROCESSING');
  });

  it('waits for a settlement that is entering just now, and then sees it', async () => {
    const entering = new Client({ connectionString: own.url });
    await entering.connect();
    await entering.query('begin');
    await entering.query(`insert into ledger.settlements (settlement_id, settlement_key, fingerprint, "order", signature, status,
      source_chain, destination_chain, token, amount, holder, recipient, attempt, epoch, owner_run_id, owner_fence, owner_scheduled_at)
      select 'slow', k, k, '{}', '0x', 'PROCESSING', 'a', 'b', 't', '1', 'h', 'r', 0, 0, 'run-1', 1, now()
      from (select '0x' || repeat('a', 64) as k)`);
    const begun = own.ledger.beginRebuild('a test').catch((error: unknown) => error);
    const waiting = `select count(*)::integer as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    let count = 0;
    while (count === 0) count = (await own.query<{ count: number }>(waiting))[0]?.count ?? 0;
    await entering.query('commit');
    await entering.end();
    expect(await begun).toMatchObject({ code: 'LEDGER_NOT_EMPTY' });
    expect(await own.ledger.readEpoch()).toBe(0);
  });

  it('ends every lease and lets nobody enter until it is finished; begun again it keeps its epoch', async () => {
    const lane = await leaseLane(own.ledger);
    expect(await own.ledger.beginRebuild('a test')).toEqual({ epoch: 1, resumed: false });
    expect(await own.ledger.extend({ ...lane, key: 'x', expiresAt: '' }, 1_000)).toBeNull();
    await expect(own.ledger.enter(entryOf())).rejects.toMatchObject({ code: 'LEDGER_BEHIND' });
    expect(await own.another().beginRebuild('a test')).toEqual({ epoch: 1, resumed: true });
    await own.ledger.finishRebuild();
    await expect(own.ledger.enter(entryOf())).rejects.toMatchObject({ code: 'LEDGER_BEHIND' }); // not open yet
    await own.ledger.retireKeys(1, []);
    expect(await own.ledger.reopen(1)).toBe(true);
    expect((await own.ledger.enter(entryOf())).epoch).toBe(1);
  });

  it('is what every step of a rebuild needs', async () => {
    const { ledger } = own;
    const order = entryOf();
    const step = { status: 'PROCESSING', attempt: 0, burnTxHash: null, mintTxHash: null, refundTxHash: null } as const;
    const rest = { compensated: false, needsOperator: false, errorCode: null, errorMessage: null };
    const row = { ...order, journalKnown: true, steps: [{ ...step, ...rest }] };
    const refused = { code: 'ILLEGAL_STEP', message: expect.stringContaining('no rebuild') };
    await expect(ledger.markRebuildRead(1, 1n)).rejects.toMatchObject(refused);
    await expect(ledger.rebuildSettlements([row])).rejects.toMatchObject(refused);
    await expect(ledger.finishRebuild()).rejects.toMatchObject(refused);
    await ledger.beginRebuild('a test');
    expect(await ledger.rebuildSettlements([row, row])).toEqual([order.order.settlementId]);
    expect(await ledger.rebuildSettlements([row])).toEqual([]);
    await ledger.bumpEpoch('another restore');
    await expect(ledger.rebuildSettlements([row])).rejects.toMatchObject(refused);
    expect(await ledger.verifyEvents()).toEqual({ ok: true, settlements: 1, events: 2 });
  });

  it('never lets a row take a step that is not legal', async () => {
    await own.ledger.beginRebuild('a test');
    const order = entryOf();
    const step = { attempt: 0, burnTxHash: null, mintTxHash: null, refundTxHash: null, compensated: false } as const;
    const completed = {
      ...step,
      status: 'COMPLETED',
      needsOperator: false,
      errorCode: null,
      errorMessage: null,
    } as const;
    await expect(
      own.ledger.rebuildSettlements([{ ...order, journalKnown: false, steps: [completed] }]),
    ).rejects.toMatchObject({ code: 'ILLEGAL_STEP' });
    expect(await own.ledger.list({ limit: 1 })).toEqual([]);
  });
});

describe('a burn that stands while its row is PROCESSING was journaled by a ledger that was lost', () => {
  const request = entryOf({ runId: 'run-1' });
  const mintOf = async () => {
    const settlement = await own.ledger.find(request.order.settlementId);
    if (!settlement) throw new Error('it never entered');
    const { owner } = settlement;
    await own.ledger.advance([
      { owner, attempt: 0, to: 'BURNING' },
      { owner, attempt: 0, to: 'BURNED' },
    ]);
    const lane = await leaseLane(own.ledger);
    const { refused } = await own.ledger.flush(lane, [operationOf(settlement, 'Mint')], sign);
    return { refused: refused.map(({ reason }) => reason), marked: await own.ledger.markNoMint({ owner, attempt: 0 }) };
  };

  it.each([
    ['the same run', { runId: 'run-1' }],
    ['a later run', { runId: 'run-2', scheduledAtMs: request.scheduledAtMs + 1 }],
  ])('%s finds it: no mint of it is sent, and silence about one proves nothing', async (_, by) => {
    await own.ledger.enter(request);
    expect(await own.ledger.enter({ ...request, ...by, burnStands: true })).toMatchObject({
      epoch: -1,
      owner: { runId: by.runId },
    });
    expect(await mintOf()).toEqual({ refused: ['epoch'], marked: false });
    expect((await own.ledger.verifyEvents()).ok).toBe(true);
  });

  it('and where this ledger journaled it the row is past PROCESSING, and keeps its epoch', async () => {
    const settlement = await own.ledger.enter(request);
    const lane = await leaseLane(own.ledger);
    await own.ledger.flush(lane, [operationOf(settlement, 'Burn')], sign);
    for (const by of [{ runId: 'run-1' }, { runId: 'run-2', scheduledAtMs: request.scheduledAtMs + 1 }]) {
      expect(await own.ledger.enter({ ...request, ...by, burnStands: true })).toMatchObject({ epoch: 0 });
    }
  });
});

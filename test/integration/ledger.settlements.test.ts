import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { isLegalTransition, statuses, type SettlementStatus } from '../../src/domain/status';
import type { LedgerSettlement, Ownership } from '../../src/ledger/ledger';
import { openLedger } from '../../src/ledger/openLedger';
import {
  digest,
  entryOf,
  leaseLane,
  operationOf,
  orderOf,
  settlementIn,
  sign,
  startTestLedger,
  type TestLedger,
} from '../support/testLedger';

let own: TestLedger;
beforeAll(async () => {
  own = await startTestLedger();
});
afterAll(() => own.close());

const codeOf = (error: unknown): string => (error as { code: string }).code;

const eventsOf = async (id: string) =>
  (
    await own.query<{ text: string }>(
      `select coalesce(from_status, '') || '>' || to_status || ' ' || attempt as text from ledger.settlement_events
       where settlement_id = $1 order by seq`,
      [id],
    )
  ).map(({ text }) => text);

describe('enter', () => {
  it('begins a settlement in PROCESSING, with both steps in its events', async () => {
    const order = orderOf();
    const request = entryOf({ order });
    const entered = await own.ledger.enter(request);
    expect(entered).toMatchObject({
      record: {
        settlementId: order.settlementId,
        status: 'PROCESSING',
        sourceChain: 'alder',
        destinationChain: 'birch',
        token: order.token,
        amount: order.amount.toString(),
        holder: order.holder,
        recipient: order.recipient,
        attempt: 0,
        burnTxHash: null,
        compensated: false,
        needsOperator: false,
        errorCode: null,
      },
      fingerprint: request.fingerprint,
      order,
      epoch: 0,
      owner: { settlementId: order.settlementId, runId: 'run-1', fence: 1 },
    });
    expect(await eventsOf(order.settlementId)).toEqual(['>PENDING 0', 'PENDING>PROCESSING 0']);
    expect(await own.ledger.find(order.settlementId)).toEqual(entered);
    expect(await own.ledger.find('nobody')).toBeUndefined();
  });

  it('answers the same run the same, and writes nothing', async () => {
    const request = entryOf();
    const first = await own.ledger.enter(request);
    expect(await own.ledger.enter({ ...request, scheduledAtMs: request.scheduledAtMs + 5, attempt: 1 })).toEqual(first);
    expect(await eventsOf(request.order.settlementId)).toHaveLength(2);
  });

  it('is a conflict for another order under the id, whatever its status', async () => {
    for (const status of ['PROCESSING', 'FAILED', 'COMPLETED'] as const) {
      const { order } = await settlementIn(own.ledger, status);
      const other = entryOf({
        order: { ...order, amount: 7n },
        runId: 'run-2',
        scheduledAtMs: 1_800_000_000_000,
        mode: 'retry',
      });
      await expect(own.ledger.enter(other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', retryable: false });
    }
  });

  it('hands over to a later run: an earlier one can write nothing more', async () => {
    const request = entryOf();
    const first = await own.ledger.enter(request);
    const later = { ...request, runId: 'run-2', scheduledAtMs: request.scheduledAtMs + 1, attempt: 1 };
    const second = await own.ledger.enter(later);
    expect(second).toMatchObject({ owner: { runId: 'run-2', fence: 2 }, record: { attempt: 1, status: 'PROCESSING' } });
    const step = { attempt: 1, to: 'BURNING' } as const;
    await expect(own.ledger.advance({ ...step, owner: first.owner })).rejects.toMatchObject({
      code: 'OWNERSHIP_LOST',
      retryable: true,
    });
    for (const scheduledAtMs of [request.scheduledAtMs, later.scheduledAtMs]) {
      await expect(own.ledger.enter({ ...request, scheduledAtMs, runId: 'run-1' })).rejects.toMatchObject({
        code: 'OWNERSHIP_LOST',
      });
    }
    await own.ledger.advance({ ...step, owner: second.owner });
    // Past PROCESSING the attempt stands.
    const third = await own.ledger.enter({
      ...later,
      runId: 'run-3',
      scheduledAtMs: later.scheduledAtMs + 1,
      attempt: 2,
    });
    expect(third).toMatchObject({ owner: { runId: 'run-3', fence: 3 }, record: { attempt: 1, status: 'BURNING' } });
  });

  it('lifts FAILED only for the retry of a later run, under the epoch of the ledger', async () => {
    const failed = await settlementIn(own.ledger, 'PROCESSING');
    const { order, owner, fingerprint } = failed;
    await own.ledger.advance([
      { owner, attempt: 0, to: 'BURNING', facts: { burnTxHash: `0x${'a1'.repeat(32)}` } },
      {
        owner,
        attempt: 0,
        to: 'FAILED',
        facts: { errorCode: 'BURN_REFUSED', errorMessage: 'no \0 and no \ud800', needsOperator: true },
      },
    ]);
    const standing = await own.ledger.find(order.settlementId);
    expect(standing?.record).toMatchObject({ status: 'FAILED', errorMessage: 'no \u{fffd} and no \u{fffd}' });
    const base = entryOf({ order, fingerprint, scheduledAtMs: 1_800_000_000_000 });
    expect(await own.ledger.enter({ ...base, runId: 'run-2' })).toEqual(standing);
    expect(await own.ledger.enter({ ...base, mode: 'retry', runId: 'run-1' })).toEqual(standing);
    await expect(own.ledger.enter({ ...base, mode: 'retry', runId: 'run-0', scheduledAtMs: 1 })).rejects.toMatchObject({
      code: 'OWNERSHIP_LOST',
    });
    const lifted = await own.ledger.enter({ ...base, mode: 'retry', runId: 'run-2', attempt: 1 });
    expect(lifted).toMatchObject({
      owner: { runId: 'run-2', fence: 2 },
      record: {
        status: 'PROCESSING',
        attempt: 1,
        errorCode: null,
        errorMessage: null,
        needsOperator: false,
        burnTxHash: null,
      },
    });
    expect(await eventsOf(order.settlementId)).toEqual([
      '>PENDING 0',
      'PENDING>PROCESSING 0',
      'PROCESSING>BURNING 0',
      'BURNING>FAILED 0',
      'FAILED>PROCESSING 1',
    ]);
  });

  it('of many at once makes one settlement, driven by one of them', async () => {
    const other = own.another();
    for (let round = 0; round < 20; round++) {
      const request = entryOf();
      const ledgers = [own.ledger, other];
      const answers = await Promise.allSettled(
        Array.from({ length: 8 }, (_, run) =>
          (ledgers[run % 2] as typeof other).enter({
            ...request,
            runId: `run-${run}`,
            scheduledAtMs: request.scheduledAtMs + run,
          }),
        ),
      );
      const owner = (await own.ledger.find(request.order.settlementId))?.owner;
      expect(owner?.runId).toBe('run-7');
      for (const answer of answers) {
        if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'OWNERSHIP_LOST' });
      }
      const [{ count }] = (await own.query<{ count: string }>(
        `select count(*) from ledger.settlement_events where settlement_id = $1 and from_status is null`,
        [request.order.settlementId],
      )) as [{ count: string }];
      expect(count).toBe('1');
    }
  });
});

describe('advance', () => {
  it('takes several steps at once, in order, and the same again is a no-op', async () => {
    const { owner, record } = await settlementIn(own.ledger, 'MINTING');
    const steps = [
      { owner, attempt: 0, to: 'MINTED', facts: { mintTxHash: `0x${'b2'.repeat(32)}` } },
      { owner, attempt: 0, to: 'COMPLETED' },
    ] as const;
    const done = await own.ledger.advance(steps);
    expect(done.record).toMatchObject({ status: 'COMPLETED', mintTxHash: `0x${'b2'.repeat(32)}` });
    const events = await eventsOf(record.settlementId);
    expect(events.slice(-2)).toEqual(['MINTING>MINTED 0', 'MINTED>COMPLETED 0']);
    expect((await own.ledger.advance(steps)).record).toMatchObject({ status: 'COMPLETED' });
    expect((await own.ledger.advance(steps[1])).record).toMatchObject({ status: 'COMPLETED' });
    expect(await eventsOf(record.settlementId)).toEqual(events);
  });

  it('keeps the status and writes an event when only the facts change', async () => {
    const { owner, record } = await settlementIn(own.ledger, 'COMPENSATING');
    const step = {
      owner,
      attempt: 0,
      to: 'COMPENSATING',
      facts: { needsOperator: true, errorCode: 'REFUND_REFUSED' },
    } as const;
    expect((await own.ledger.advance(step)).record).toMatchObject({
      needsOperator: true,
      errorCode: 'REFUND_REFUSED',
    });
    const events = await eventsOf(record.settlementId);
    expect(events.at(-1)).toBe('COMPENSATING>COMPENSATING 0');
    await own.ledger.advance(step);
    expect(await eventsOf(record.settlementId)).toEqual(events);
    expect((await own.ledger.advance({ ...step, facts: { errorCode: null } })).record).toMatchObject({
      errorCode: null,
      needsOperator: true,
    });
  });

  it('refuses another attempt, an illegal step, and a settlement that never entered', async () => {
    const { owner } = await settlementIn(own.ledger, 'BURNING');
    const refused = (step: object) =>
      expect(own.ledger.advance({ owner, attempt: 0, to: 'BURNED', ...step } as never)).rejects;
    await refused({ attempt: 1 }).toMatchObject({ code: 'ILLEGAL_STEP', retryable: false });
    await refused({ to: 'MINTED' }).toMatchObject({
      code: 'ILLEGAL_STEP',
      message: expect.stringContaining('it is BURNING'),
    });
    await refused({ owner: { ...owner, settlementId: 'nobody' } }).toMatchObject({ code: 'NOT_FOUND' });
    await refused({ owner: { ...owner, fence: owner.fence + 1 } }).toMatchObject({ code: 'OWNERSHIP_LOST' });
  });

  it('does not lift FAILED: that is for enter alone', async () => {
    const { owner } = await settlementIn(own.ledger, 'FAILED');
    await expect(own.ledger.advance({ owner, attempt: 0, to: 'PROCESSING' })).rejects.toMatchObject({
      code: 'ILLEGAL_STEP',
    });
  });

  it('of many settlements answers each step on its own', async () => {
    const [burning, processing] = [
      await settlementIn(own.ledger, 'BURNING'),
      await settlementIn(own.ledger, 'PROCESSING'),
    ];
    const answers = await own.ledger.advanceAll([
      { owner: burning.owner, attempt: 0, to: 'BURNED' },
      { owner: processing.owner, attempt: 0, to: 'MINTED' },
      { owner: { ...processing.owner, settlementId: 'nobody' }, attempt: 0, to: 'BURNING' },
      { owner: processing.owner, attempt: 0, to: 'BURNING' },
      { owner: { ...burning.owner, runId: 'run-0' }, attempt: 0, to: 'MINTING' },
    ]);
    expect(answers.map(({ outcome, settlement }) => [outcome, settlement?.record.status])).toEqual([
      ['advanced', 'BURNED'],
      ['status', 'PROCESSING'],
      ['notInLedger', undefined],
      ['advanced', 'BURNING'],
      ['owner', 'BURNED'],
    ]);
    expect(await own.ledger.advanceAll([])).toEqual([]);
  });

  it('of the same settlements in opposite orders, at once, waits and does not deadlock', async () => {
    const other = own.another();
    const settlements = await Promise.all(Array.from({ length: 20 }, () => settlementIn(own.ledger, 'BURNING')));
    const steps = settlements.map(({ owner }) => ({ owner, attempt: 0, to: 'BURNED' }) as const);
    const both = await Promise.all([own.ledger.advanceAll(steps), other.advanceAll([...steps].reverse())]);
    const outcomes = both.flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'advanced')).toHaveLength(20);
    expect(outcomes.filter((outcome) => outcome === 'repeated')).toHaveLength(20);
  });

  it('is one database transaction for those that move on at once; one that it does not take stops no other', async () => {
    const [one, two, other] = await Promise.all([1, 2, 3].map(() => settlementIn(own.ledger, 'PROCESSING')));
    if (!one || !two || !other) throw new Error('three were asked for');
    const advance = ({ owner }: { owner: Ownership }, compensated: unknown) =>
      own.ledger.advance({ owner, attempt: 0, to: 'BURNING', facts: { compensated } as never });
    const transactionsOf = (settlements: readonly LedgerSettlement[]) =>
      own.query<{ xmin: string }>('select distinct xmin::text from ledger.settlements where settlement_id = any($1)', [
        settlements.map(({ owner }) => owner.settlementId),
      ]);
    const [first, bad, second] = await Promise.allSettled([
      advance(one, false),
      advance(other, 'perhaps'),
      advance(two, false),
    ]);
    expect(bad).toMatchObject({ status: 'rejected' });
    for (const done of [first, second]) expect(done).toMatchObject({ value: { record: { status: 'BURNING' } } });
    expect(await own.ledger.find(other.owner.settlementId)).toMatchObject({ record: { status: 'PROCESSING' } });
    await Promise.all([one, two].map(({ owner }) => own.ledger.advance({ owner, attempt: 0, to: 'BURNED' })));
    expect(await transactionsOf([one, two])).toHaveLength(1);
  });

  it.each(['the later run first', 'the earlier run first'])(
    'refuses the earlier of two runs that say the same at once, and takes the later: %s',
    async (order) => {
      const { owner, order: signed, fingerprint } = await settlementIn(own.ledger, 'BURNING');
      const entry = entryOf({ order: signed, fingerprint, runId: 'run-9', scheduledAtMs: 1_800_000_000_000 });
      const later = (await own.ledger.enter(entry)).owner;
      const say = (by: Ownership) =>
        own.ledger.advance([
          { owner: by, attempt: 0, to: 'BURNING' },
          { owner: by, attempt: 0, to: 'BURNED' },
        ]);
      const inOrder = order === 'the later run first' ? [later, owner] : [owner, later];
      const said = await Promise.allSettled(inOrder.map(say));
      expect(said[inOrder.indexOf(later)]).toMatchObject({ value: { record: { status: 'BURNED' } } });
      expect(said[inOrder.indexOf(owner)]).toMatchObject({ reason: { code: 'OWNERSHIP_LOST' } });
      expect(await own.ledger.find(signed.settlementId)).toMatchObject({ record: { status: 'BURNED' } });
    },
  );
});

describe('list', () => {
  it('gives the newest first, page by page, and by status', async () => {
    const fresh = await startTestLedger();
    try {
      const ids = [];
      for (const status of ['PROCESSING', 'FAILED', 'BURNED', 'FAILED', 'PROCESSING'] as const) {
        ids.unshift((await settlementIn(fresh.ledger, status)).record.settlementId);
      }
      const idsOf = async (...request: Parameters<typeof fresh.ledger.list>) =>
        (await fresh.ledger.list(...request)).map(({ record }) => record.settlementId);
      expect(await idsOf({ limit: 10 })).toEqual(ids);
      expect(await idsOf({ limit: 2 })).toEqual(ids.slice(0, 2));
      expect(await idsOf({ limit: 2, after: ids[1] })).toEqual(ids.slice(2, 4));
      expect(await idsOf({ limit: 2, after: ids[4] })).toEqual([]);
      expect(await idsOf({ limit: 2, after: 'nobody' })).toEqual([]);
      expect(await idsOf({ limit: 10, status: 'FAILED' })).toEqual([ids[1], ids[3]]);
      expect(await idsOf({ limit: 10, status: ['BURNED', 'PROCESSING'] })).toEqual([ids[0], ids[2], ids[4]]);
      const many = await fresh.ledger.findMany([ids[0] as string, 'nobody', 'nul\0', ids[3] as string]);
      expect(many.map(({ record }) => record.settlementId).sort()).toEqual([ids[0], ids[3]].sort());
    } finally {
      await fresh.close();
    }
  });
});

describe('the database itself', () => {
  it('knows the legal steps of the domain: every pair, the same answer', async () => {
    const pairs = statuses.flatMap((from) => statuses.map((to) => ({ from, to })));
    const rows = await own.query<{ from: SettlementStatus; to: SettlementStatus; legal: boolean }>(
      `select p->>'from' as from, p->>'to' as to, ledger.is_legal_transition(p->>'from', p->>'to') as legal
       from jsonb_array_elements($1::jsonb) p`,
      [JSON.stringify(pairs)],
    );
    expect(rows).toHaveLength(81);
    for (const { from, to, legal } of rows) expect([from, to, legal]).toEqual([from, to, isLegalTransition(from, to)]);
  });

  it('enforces them whoever writes: every pair, by plain SQL', async () => {
    for (const from of statuses.filter((status) => status !== 'PENDING')) {
      for (const to of statuses) {
        const { record } = await settlementIn(own.ledger, from);
        const write = own.query('update ledger.settlements set status = $2 where settlement_id = $1', [
          record.settlementId,
          to,
        ]);
        // Back from a mint that stands only an operator's reversal leads, and there was none.
        const unreversed = (from === 'MINTED' || from === 'COMPLETED') && to === 'COMPENSATING';
        const allowed = from === to || (isLegalTransition(from, to) && !unreversed);
        expect([from, to, await write.then(() => true, codeOf)]).toEqual([from, to, allowed ? true : 'LG001']);
      }
    }
  });

  it.each(['MINTED', 'COMPLETED'] as const)('lets %s go back once its mint was reversed', async (status) => {
    const settlement = await settlementIn(own.ledger, status);
    const back = { owner: settlement.owner, attempt: 0, to: 'COMPENSATING' } as const;
    await expect(own.ledger.advance(back)).rejects.toMatchObject({ code: 'ILLEGAL_STEP' });
    await own.ledger.flush(await leaseLane(own.ledger), [operationOf(settlement, 'ReverseMint')], sign);
    expect((await own.ledger.advance(back)).record.status).toBe('COMPENSATING');
  });

  it('lets a settlement begin in PENDING or PROCESSING only', async () => {
    const { record } = await settlementIn(own.ledger, 'PROCESSING');
    const copy = `insert into ledger.settlements overriding user value
      select (jsonb_populate_record(s, jsonb_build_object('settlement_id', $2::text, 'settlement_key', $3::text, 'status', $4::text))).*
      from ledger.settlements s where settlement_id = $1`;
    for (const status of statuses) {
      const id = randomUUID();
      const answer = await own.query(copy, [record.settlementId, id, digest(id), status]).then(() => 'done', codeOf);
      const first = { PENDING: ['>PENDING 0'], PROCESSING: ['>PENDING 0', 'PENDING>PROCESSING 0'] } as Record<
        string,
        string[]
      >;
      expect([status, answer]).toEqual([status, first[status] ? 'done' : 'LG001']);
      expect(await eventsOf(id)).toEqual(first[status] ?? []);
    }
  });

  it('keeps the order, the attempt and the marks', async () => {
    const { record } = await settlementIn(own.ledger, 'BURNING');
    const answer = (sql: string) =>
      own.query(`${sql} where settlement_id = $1`, [record.settlementId]).then(() => 'done', codeOf);
    expect(await answer(`update ledger.settlements set amount = '1'`)).toBe('LG002');
    expect(await answer(`update ledger.settlements set recipient = holder`)).toBe('LG002');
    expect(await answer(`update ledger.settlements set attempt = 1`)).toBe('LG001');
    expect(await answer(`update ledger.attempts set no_mint_mark = true`)).toBe('done');
    expect(await answer(`update ledger.attempts set no_mint_mark = false`)).toBe('LG002');
    expect(await answer(`update ledger.attempts set mint_journaled = true`)).toBe('23514');
    expect(await answer(`delete from ledger.settlements`)).toBe('LG002');
  });

  it('never changes an event, not even for its owner', async () => {
    await settlementIn(own.ledger, 'PROCESSING');
    for (const sql of [
      'update ledger.settlement_events set attempt = 1',
      'delete from ledger.settlement_events',
      'truncate ledger.settlement_events',
    ]) {
      await expect(own.query(sql)).rejects.toMatchObject({ code: 'LG002' });
    }
  });
});

describe('the application', () => {
  it('may append events and do nothing else to them', async () => {
    const client = new Client({ connectionString: own.url, options: '-c role=settlement_app' });
    await client.connect();
    const answer = (sql: string): Promise<string> => client.query(sql).then(() => 'done', codeOf);
    try {
      const tables = ['settlement_events', 'event_seals', 'transaction_operations', 'transactions', 'settlements'];
      for (const table of [...tables, 'attempts', 'leases']) {
        expect([table, await answer(`delete from ledger.${table}`)]).toEqual([table, '42501']);
        expect([table, await answer(`truncate ledger.${table}`)]).toEqual([table, '42501']);
      }
      expect(await answer('update ledger.settlement_events set facts = facts')).toBe('42501');
      expect(await answer('update ledger.event_seals set mac = mac')).toBe('42501');
      expect(await answer('update ledger.transaction_operations set attempt = attempt')).toBe('42501');
      expect(await answer('update ledger.transactions set raw = raw')).toBe('42501');
      expect(await answer('alter table ledger.settlement_events disable trigger all')).toBe('42501');
      expect(await answer('update ledger.transactions set final_at = final_at')).toBe('done');
      expect(await answer('select from ledger.settlement_events')).toBe('done');
    } finally {
      await client.end();
    }
  });

  it('is what a ledger works as, though the login could do more', async () => {
    const { pool, close } = openLedger({ databaseUrl: own.url });
    const { rows } = await pool.query('select current_user, session_user');
    await close();
    expect(rows).toEqual([{ current_user: 'settlement_app', session_user: 'settlement' }]);
  });
});

import { Client } from 'pg';
import type { LedgerSettlement } from '../../src/ledger/ledger';
import { openLedger } from '../../src/ledger/openLedger';
import { keepRepeating } from '../../src/keepRepeating';
import { sealDigest } from '../../src/ledger/sealDigest';
import type { Seal } from '../../src/ledger/sealEvents';
import { settlementIn, startTestLedger, type TestLedger } from '../support/testLedger';

let own: TestLedger;
beforeAll(async () => {
  own = await startTestLedger();
});
afterEach(() =>
  tamper('truncate ledger.settlements, ledger.attempts, ledger.settlement_events, ledger.event_seals restart identity'),
);
afterAll(() => own.close());

/** As a superuser who knows that there are triggers. */
async function tamper(sql: string, values: readonly unknown[] = []): Promise<void> {
  await own.query('set session_replication_role = replica');
  await own.query(sql, values);
  await own.query('set session_replication_role = origin');
}

describe('verifyEvents', () => {
  it('finds nothing wrong with what happened, over many pages', async () => {
    expect(await own.ledger.verifyEvents()).toEqual({ ok: true, settlements: 0, events: 0 });
    for (let n = 0; n < 4; n++) {
      await Promise.all(Array.from({ length: 100 }, () => settlementIn(own.ledger, 'COMPLETED')));
    }
    const { record } = await settlementIn(own.ledger, 'COMPENSATING');
    const message = 'a "quoted" line\nand \\ another, ünïcode \u{1f980} too';
    const owner = { settlementId: record.settlementId, runId: 'run-1', fence: 1 };
    const facts = { needsOperator: true, errorMessage: message } as const;
    await own.ledger.advance({ owner, attempt: 0, to: 'COMPENSATING', facts });
    expect(await own.ledger.verifyEvents()).toEqual({ ok: true, settlements: 401, events: 400 * 7 + 6 });
  });

  describe('names what somebody changed', () => {
    const where = 'where settlement_id = $1 and seq = 3';
    const rehash = `update ledger.settlement_events set hash =
      ledger.event_hash(previous_hash, settlement_id, seq, from_status, to_status, attempt, facts, at) ${where}`;
    it.each<[what: string, sql: readonly string[], seq: number, told: RegExp]>([
      ['the status', [`update ledger.settlement_events set to_status = 'FAILED' ${where}`], 3, /hash does not fit/],
      ['the attempt', [`update ledger.settlement_events set attempt = 1 ${where}`], 3, /hash does not fit/],
      [
        'a fact',
        [`update ledger.settlement_events set facts = facts || '{"burnTxHash":"0x12"}' ${where}`],
        3,
        /hash does not fit/,
      ],
      [
        'the time',
        [`update ledger.settlement_events set at = at + interval '1 microsecond' ${where}`],
        3,
        /hash does not fit/,
      ],
      ['the hash', [`update ledger.settlement_events set hash = sha256('') ${where}`], 3, /hash does not fit/],
      [
        'the previous hash',
        [`update ledger.settlement_events set previous_hash = sha256('') ${where}`],
        3,
        /previous hash/,
      ],
      [
        'a fact, with its hash',
        [`update ledger.settlement_events set facts = '{}' ${where}`, rehash],
        4,
        /previous hash/,
      ],
      [
        'a step to an illegal one',
        [`update ledger.settlement_events set to_status = 'COMPLETED' ${where}`, rehash],
        3,
        /not a legal step/,
      ],
      [
        'where it came from',
        [`update ledger.settlement_events set from_status = 'PENDING' ${where}`],
        3,
        /does not begin where/,
      ],
      ['that it happened', [`delete from ledger.settlement_events ${where}`], 4, /event 3 is missing/],
      [
        'the beginning',
        [`delete from ledger.settlement_events where settlement_id = $1 and seq < 3`],
        3,
        /event 1 is missing/,
      ],
      [
        'the end',
        [`delete from ledger.settlement_events where settlement_id = $1 and seq = 5`],
        4,
        /row says something else/,
      ],
      ['all of it', [`delete from ledger.settlement_events where settlement_id = $1`], 1, /events are gone/],
      [
        'the row',
        [`update ledger.settlements set status = 'COMPLETED' where settlement_id = $1`],
        5,
        /row says something else/,
      ],
      [
        'a fact of the row',
        [`update ledger.settlements set mint_tx_hash = '0x' where settlement_id = $1`],
        5,
        /row says something else/,
      ],
      [
        'the owner in the row',
        [`update ledger.settlements set owner_fence = 9 where settlement_id = $1`],
        5,
        /row says something else/,
      ],
      [
        "the row's order",
        [`update ledger.settlements set fingerprint = '0x' || repeat('0', 64) where settlement_id = $1`],
        1,
        /previous hash/,
      ],
      ['that there is a row', [`delete from ledger.settlements where settlement_id = $1`], 1, /row is gone/],
    ])('%s', async (_, sql, seq, told) => {
      const settlements: LedgerSettlement[] = [];
      for (let n = 0; n < 5; n++) settlements.push(await settlementIn(own.ledger, 'MINTING'));
      const { settlementId } = (settlements[2] as LedgerSettlement).record;
      for (const one of sql) await tamper(one, [settlementId]);
      expect(await own.ledger.verifyEvents()).toEqual({
        ok: false,
        settlementId,
        seq,
        what: expect.stringMatching(told),
      });
    });
  });

  it('holds while settlements go on', async () => {
    const state = { done: false };
    const going = (async () => {
      while (!state.done) await Promise.all(Array.from({ length: 10 }, () => settlementIn(own.ledger, 'COMPLETED')));
    })();
    for (let n = 0; n < 20; n++) expect(await own.ledger.verifyEvents()).toMatchObject({ ok: true });
    state.done = true;
    await going;
  });
});

describe('seals', () => {
  const key = 'a key that the database does not know';

  it('cover every event once, in ranges without a gap', async () => {
    expect(await own.ledger.sealEvents(key)).toBeNull();
    await settlementIn(own.ledger, 'COMPLETED');
    expect(await own.ledger.sealEvents(key)).toEqual({ fromId: 1, toId: 7 });
    expect(await own.ledger.sealEvents(key)).toBeNull();
    await settlementIn(own.ledger, 'BURNED');
    expect(await own.ledger.sealEvents(key)).toEqual({ fromId: 8, toId: 11 });
    expect(await own.ledger.verifySeals(key)).toEqual({ ok: true, seals: 2, upToId: 11 });
    expect(await own.ledger.verifySeals('another key')).toMatchObject({ ok: false, seal: { fromId: 1, toId: 7 } });
  });

  it('are made again and again, by one of many, and go on after trouble', async () => {
    const troubles: unknown[] = [];
    let isDown = true;
    const seal = async () => {
      if (isDown) throw new Error('the database is away');
      return own.ledger.sealEvents(key);
    };
    const keepers = Array.from({ length: 3 }, () =>
      keepRepeating(seal, { everyMs: 5, onTrouble: (error) => troubles.push(error) }),
    );
    await settlementIn(own.ledger, 'COMPLETED');
    while (troubles.length < 6) await new Promise(setImmediate);
    isDown = false;
    const upTo = async (id: number): Promise<void> => {
      for (;;) {
        const verified = await own.ledger.verifySeals(key);
        if (!verified.ok) throw new Error(verified.what);
        if (verified.upToId === id) return;
      }
    };
    await upTo(7);
    await settlementIn(own.ledger, 'BURNED');
    await upTo(11);
    await Promise.all(keepers.map((keeper) => keeper.close()));
    await settlementIn(own.ledger, 'PROCESSING');
    expect(await own.ledger.verifySeals(key)).toMatchObject({ ok: true, upToId: 11 });
  });

  it('wait for a transaction that may still add to the range', async () => {
    const slow = new Client(own.url);
    await slow.connect();
    const { record } = await settlementIn(own.ledger, 'BURNED'); // ids 1 to 4
    await slow.query('begin');
    await slow.query(`update ledger.settlements set status = 'MINTING' where settlement_id = $1`, [
      record.settlementId,
    ]); // id 5, unseen
    await settlementIn(own.ledger, 'PROCESSING'); // ids 6 and 7, committed
    expect(await own.ledger.sealEvents(key)).toBeNull();
    const sealing = own.ledger.sealEvents(key);
    await slow.query('commit');
    await slow.end();
    expect(await sealing).toEqual({ fromId: 1, toId: 7 });
    expect(await own.ledger.verifySeals(key)).toMatchObject({ ok: true });
  });

  it.each<[string, string, Seal]>([
    ['an event that was taken out', 'delete from ledger.settlement_events where id = 9', { fromId: 8, toId: 11 }],
    [
      'a chain that was written anew',
      `update ledger.settlement_events set hash = sha256(hash) where id = 10`,
      { fromId: 8, toId: 11 },
    ],
    [
      'an event that was put in',
      "insert into ledger.settlement_events overriding system value select 3, 'x', seq, from_status, to_status, attempt, facts, at, previous_hash, hash from ledger.settlement_events where id = 4",
      { fromId: 1, toId: 7 },
    ],
    ['a seal that was taken out', 'delete from ledger.event_seals where from_id = 1', { fromId: 8, toId: 11 }],
    ['a seal that was widened', 'update ledger.event_seals set to_id = 12 where from_id = 8', { fromId: 8, toId: 12 }],
  ])('tell of %s', async (_, sql, seal) => {
    await settlementIn(own.ledger, 'COMPLETED');
    if (sql.startsWith('insert')) await tamper('delete from ledger.settlement_events where id = 3');
    await own.ledger.sealEvents(key);
    await settlementIn(own.ledger, 'BURNED');
    await own.ledger.sealEvents(key);
    await tamper(sql);
    expect(await own.ledger.verifySeals(key)).toMatchObject({ ok: false, seal });
  });

  it('hang together: one that is made anew, with the right key, does not fit the next', async () => {
    await settlementIn(own.ledger, 'COMPLETED');
    await own.ledger.sealEvents(key);
    await settlementIn(own.ledger, 'BURNED');
    await own.ledger.sealEvents(key);
    await tamper('update ledger.settlement_events set hash = sha256(hash) where id = 3');
    const context = openLedger({ databaseUrl: own.url });
    const mac = await sealDigest(context, key, { fromId: 1, toId: 7 }, null);
    await context.close();
    await tamper('update ledger.event_seals set mac = $1 where from_id = 1', [mac]);
    expect(await own.ledger.verifySeals(key)).toMatchObject({ ok: false, seal: { fromId: 8, toId: 11 } });
  });

  it('are made by one at a time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => settlementIn(own.ledger, 'COMPLETED')));
    const other = own.another();
    await Promise.all([own.ledger, other, own.ledger, other].map((ledger) => ledger.sealEvents(key)));
    expect(await own.ledger.verifySeals(key)).toEqual({ ok: true, seals: 1, upToId: 140 });
  });
});

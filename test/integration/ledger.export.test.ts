import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { eventHash } from '../../src/ledger/eventHash';
import type { ExportedEvent } from '../../src/ledger/exportEvents';
import type { Ledger } from '../../src/ledger/createLedger';
import { ledgerConfigOf } from '../support/ledgerConfigOf';
import { runSettle, type Ran } from '../support/runSettle';
import { settlementIn, startTestLedger, type TestLedger } from '../support/testLedger';

/** As an auditor does it, with the lines alone: the first link of each settlement that does not fit. */
function badLinks(events: readonly ExportedEvent[]): readonly string[] {
  const last = new Map<string, string>();
  return events.flatMap((event) => {
    const { settlementId, seq, previousHash, hash } = event;
    const expected = last.get(settlementId) ?? previousHash;
    last.set(settlementId, hash);
    const computed = eventHash({ ...event, previousHash: Buffer.from(previousHash, 'hex') }).toString('hex');
    return expected === previousHash && computed === hash ? [] : [`${settlementId} ${seq}`];
  });
}

function parseLines(text: string): readonly ExportedEvent[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ExportedEvent);
}

async function exported(ledger: Ledger, from: Date | null = null, to: Date | null = null): Promise<ExportedEvent[]> {
  const events: ExportedEvent[] = [];
  for await (const event of ledger.exportEvents({ from, to })) events.push(event);
  return events;
}

describe('settle ledger export', () => {
  let own: TestLedger;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'settlement-export-'));
    own = await startTestLedger();
    writeFileSync(join(folder, 'config.json'), JSON.stringify(ledgerConfigOf(own.url)));
  });
  afterAll(async () => {
    await own.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const settle = (...args: readonly string[]): Promise<Ran> =>
    runSettle(join(folder, 'config.json'), ['ledger', 'export', ...args], { DATABASE_URL: '' });
  const now = async (): Promise<Date> => {
    const [row] = await own.query<{ now: Date }>('select clock_timestamp() as now');
    return row?.now ?? new Date(NaN);
  };

  test('writes every event, over more than a page, so that its lines alone can be verified', async () => {
    for (let n = 0; n < 150; n++) await settlementIn(own.ledger, 'COMPLETED');
    const ran = await settle();
    expect(ran).toMatchObject({ code: 0, stderr: '1050 events\n' });
    const events = parseLines(ran.stdout);
    const ids = await own.query<{ id: string }>('select id from ledger.settlement_events order by id');
    expect(events.map(({ id }) => String(id))).toEqual(ids.map(({ id }) => id));
    expect(badLinks(events)).toEqual([]);
    const rows = await own.query<{ first: string }>(
      'select substr(fingerprint, 3) as first from ledger.settlements order by 1',
    );
    const firsts = events.filter(({ seq }) => seq === 1).map(({ previousHash }) => previousHash);
    expect(firsts.sort()).toEqual(rows.map(({ first }) => first));
    // Whoever reads it by a program gets the same lines, and no talk.
    expect(await settle('-o', 'jsonl')).toEqual({ ...ran, stderr: '' });
  });

  test('shows what was edited to whoever computes the hashes', async () => {
    const edit = async (by: number): Promise<void> => {
      await own.query('set session_replication_role = replica');
      await own.query('update ledger.settlement_events set attempt = attempt + $1 where id = 10', [by]);
      await own.query('set session_replication_role = origin');
    };
    await edit(1);
    const edited = await exported(own.ledger);
    await edit(-1);
    const tenth = edited.find(({ id }) => id === 10);
    expect(badLinks(edited)).toEqual([`${tenth?.settlementId} ${tenth?.seq}`]);
  });

  test('cut into periods it is the same, without a gap and with nothing twice', async () => {
    const all = await exported(own.ledger);
    // At the very millisecond of an event, which belongs to what begins there.
    const cut = all[700]?.at ?? '';
    const [before, after] = [await settle('--to', cut), await settle('--from', cut)];
    expect([...parseLines(before.stdout), ...parseLines(after.stdout)].sort((a, b) => a.id - b.id)).toEqual(all);
    for (const { at } of parseLines(before.stdout)) expect(at < cut).toBe(true);
    for (const { at } of parseLines(after.stdout)) expect(at >= cut).toBe(true);
    expect(parseLines(before.stdout).length).toBeGreaterThan(600);
    const year = await settle('--from', '2020-01-01', '--to', '2021-01-01T01:00:00+01:00');
    expect(year).toEqual({ code: 0, stdout: '', stderr: '0 events\n' });
  });

  test('waits for a transaction that wrote an event of the period and has not ended', async () => {
    const { record } = await settlementIn(own.ledger, 'PROCESSING');
    const writer = new Client(own.url);
    await writer.connect();
    await writer.query('begin');
    await writer.query(`update ledger.settlements set status = 'BURNING' where settlement_id = $1`, [
      record.settlementId,
    ]);
    const exporting = exported(own.ledger, null, await now());
    let waits = false;
    while (!waits) {
      const rows = await own.query(
        `select 1 from pg_stat_activity where datname = current_database() and query like '%as ended' and pid <> pg_backend_pid()`,
      );
      waits = rows.length > 0;
    }
    await writer.query('commit');
    await writer.end();
    const events = (await exporting).filter(({ settlementId }) => settlementId === record.settlementId);
    expect(events.map(({ toStatus }) => toStatus)).toEqual(['PENDING', 'PROCESSING', 'BURNING']);
  });

  test('is not given with a hole in it, when a transaction does not end', async () => {
    const writer = new Client(own.url);
    await writer.connect();
    await writer.query('begin');
    await writer.query('select pg_current_xact_id()');
    // No longer than it must be: on this server it holds up the seals and the events of others.
    const first = own.ledger.exportEvents({ from: null, to: null, patienceMs: 50 }).next();
    const outcome: unknown = await first.catch((error: unknown) => error);
    await writer.end();
    expect(outcome).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });

  test('only reads', async () => {
    const name = new URL(own.url).pathname.slice(1);
    await own.query(`alter database "${name}" set default_transaction_read_only = on`);
    const readOnly = own.another();
    await expect(settlementIn(readOnly, 'PROCESSING')).rejects.toThrow();
    expect((await exported(readOnly)).length).toBeGreaterThan(1_000);
    await own.query(`alter database "${name}" reset default_transaction_read_only`);
  });

  test.each([
    ['a time without a zone', ['--from', '2026-11-01T10:00:00']],
    ['a day that is none', ['--from', '2026-02-30']],
    ['words', ['--to', 'yesterday']],
    ['a period that has not ended', ['--to', '2999-01-01']],
  ])('%s exits 2, and prints nothing', async (_, args) => {
    expect(await settle(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('USAGE') });
  });
});

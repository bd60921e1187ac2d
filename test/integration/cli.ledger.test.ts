import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '../support/createTestDatabase';
import { ledgerConfigOf } from '../support/ledgerConfigOf';
import { runSettle, type Ran } from '../support/runSettle';
import {
  leaseLane,
  operationOf,
  settlementIn,
  sign,
  signer,
  startTestLedger,
  type TestLedger,
} from '../support/testLedger';

/** The commands that need the ledger's database alone, each in its own process. */
describe('settle ledger', () => {
  let own: TestLedger;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'settlement-cli-'));
    own = await startTestLedger();
  });
  afterAll(async () => {
    await own.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const configFor = (databaseUrl: string | null): string => {
    const path = join(folder, 'config.json');
    writeFileSync(path, JSON.stringify(ledgerConfigOf(databaseUrl)));
    return path;
  };
  const settle = (...args: readonly string[]): Promise<Ran> =>
    runSettle(configFor(own.url), args, { DATABASE_URL: '' });
  /** As a superuser who knows that there are triggers. */
  const tamper = async (sql: string, values: readonly unknown[] = []): Promise<void> => {
    await own.query('set session_replication_role = replica');
    await own.query(sql, values);
    await own.query('set session_replication_role = origin');
  };
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test('verify exits 0 on what nobody edited, in every format', async () => {
    for (let n = 0; n < 3; n++) await settlementIn(own.ledger, 'COMPLETED');
    const text = await settle('ledger', 'verify');
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toBe('events: ok (3 settlements, 21 events)\nseals: not checked (give --seal-key-file)\n');
    const report = { ok: true, events: { ok: true, settlements: 3, events: 21 }, seals: null };
    expect(JSON.parse((await settle('ledger', 'verify', '-o', 'json')).stdout)).toEqual(report);
    expect((await settle('ledger', 'verify', '-o', 'jsonl')).stdout).toBe(`${JSON.stringify(report)}\n`);
  });

  test('verify exits 1 and names the first row that somebody edited: settlement, event, what', async () => {
    const { record } = await settlementIn(own.ledger, 'MINTING');
    const { settlementId } = record;
    const set = 'update ledger.settlement_events set attempt = $2 where settlement_id = $1 and seq = 3';
    await tamper(set, [settlementId, 1]);
    const ran = await settle('ledger', 'verify', '-o', 'json');
    const text = await settle('ledger', 'verify');
    await tamper(set, [settlementId, 0]);
    expect(ran.code).toBe(1);
    const what = 'its hash does not fit what it says';
    expect(JSON.parse(ran.stdout)).toEqual({
      ok: false,
      events: { ok: false, settlementId, seq: 3, what },
      seals: null,
    });
    expect(text.stdout).toContain(`events: BAD: settlement ${settlementId}, event 3: ${what}\n`);
    expect((await settle('ledger', 'verify')).code).toBe(0);
  });

  test('verify computes the seals with their key, and tells of a chain of events that was written anew', async () => {
    await own.ledger.sealEvents('canary5ecret');
    const key = ['--seal-key-file', file('seal.key', 'canary5ecret\n')];
    expect(JSON.parse((await settle('ledger', 'verify', ...key, '-o', 'json')).stdout)).toMatchObject({
      ok: true,
      seals: { ok: true, seals: 1 },
    });
    const wrong = await settle('ledger', 'verify', '--seal-key-file', file('wrong.key', 'another'));
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/events: ok.*\nseals: BAD: the seal of event ids 1 to \d+: its events, or the seal/);
    expect(wrong.stdout + wrong.stderr).not.toContain('canary5ecret');
    expect((await settle('ledger', 'verify', '--seal-key-file', join(folder, 'nothing'))).code).toBe(78);
  });

  test('epoch ends every lease, and says which keys are to be revoked and what comes next', async () => {
    const settlement = await settlementIn(own.ledger, 'PROCESSING');
    const other = await settlementIn(own.ledger, 'PROCESSING');
    const lane = await leaseLane(own.ledger);
    await own.ledger.flush(lane, [operationOf(settlement, 'Burn')], sign);
    const ran = await settle('ledger', 'epoch', '--reason', 'restored from 2026-11-22', '-o', 'json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      epoch: 1,
      reason: 'restored from 2026-11-22',
      signers: [{ chain: 'alder', signer }],
      next: expect.arrayContaining([expect.stringContaining('Revoke'), expect.stringContaining('settle verify')]),
    });
    expect(await own.query('select epoch, reason from ledger.ledger')).toEqual([
      { epoch: 1, reason: 'restored from 2026-11-22' },
    ]);
    await expect(own.ledger.flush(lane, [operationOf(other, 'Burn')], sign)).rejects.toMatchObject({
      code: 'LEASE_LOST',
    });
    expect((await settle('ledger', 'epoch', '--reason', 'again')).stdout).toContain(`  alder ${signer}\n`);
  });

  test.each([
    ['no reason', ['ledger', 'epoch']],
    ['a blank reason', ['ledger', 'epoch', '--reason', '  ']],
    ['a reason without an end', ['ledger', 'epoch', '--reason', 'x'.repeat(501)]],
    ['a range of no blocks', ['ledger', 'rebuild', '--blocks-per-read', '0']],
    ['a range that is no number', ['verify', '--blocks-per-read', '1e3']],
    ['a count that is none', ['verify', '--most-mismatches', '-1']],
    ['an unknown format', ['ledger', 'verify', '-o', 'xml']],
    ['an unknown command', ['ledger', 'repair']],
    ['no command', ['ledger']],
  ])('%s exits 2, and nothing is written', async (_, args) => {
    const before = await own.query('select epoch, reason from ledger.ledger');
    expect(await settle(...args)).toMatchObject({ code: 2, stdout: '' });
    expect(await own.query('select epoch, reason from ledger.ledger')).toEqual(before);
  });

  test('chains that are away exit 75, and nothing is written', async () => {
    const before = await own.query('select epoch from ledger.ledger');
    for (const args of [['verify'], ['ledger', 'rebuild']]) {
      const ran = await settle(...args, '-o', 'json');
      expect(ran).toMatchObject({ code: 75, stdout: '' });
      expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: 'CHAIN_UNAVAILABLE' } });
    }
    expect(await own.query('select epoch from ledger.ledger')).toEqual(before);
  });

  test('a database that is away exits 75, one without a ledger and none at all exit 78', async () => {
    const run = (databaseUrl: string | null): Promise<Ran> =>
      runSettle(configFor(databaseUrl), ['ledger', 'verify'], { DATABASE_URL: '' });
    const down = await run('postgresql://u:canary5ecret@127.0.0.1:1/x');
    expect(down).toMatchObject({ code: 75, stderr: expect.stringContaining('LEDGER_UNAVAILABLE') });
    expect(down.stderr).not.toContain('canary5ecret');
    const bare = await createTestDatabase();
    expect(await run(bare.url)).toMatchObject({ code: 78, stderr: expect.stringContaining('ledger.databaseUrl') });
    await bare.drop();
    expect(await run(null)).toMatchObject({ code: 78, stderr: expect.stringContaining('ledger.databaseUrl') });
  });
});

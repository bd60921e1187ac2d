import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { devAccounts } from '../../src/local/devAccounts';
import type { SettlementRecord } from '../../src/domain/record';
import type { GuardedProcess } from '../../src/local/startGuard';
import { checkInvariants } from '../support/checkInvariants';
import { keystoreOf } from '../support/keystoreOf';
import { runSettle, type Ran } from '../support/runSettle';
import { startTestStack, type TestStack } from '../support/testStack';

/** The `settle` command as a user runs it: its own process, its exit code, what it says and where. Bad input: cli.badInput.test.ts. */
describe('settle', () => {
  let stack: TestStack;
  let worker: GuardedProcess;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    worker = await stack.startWorker();
    const accounts = Object.values(devAccounts());
    writeFileSync(join(dirname(stack.configPath), 'stack.json'), JSON.stringify({ accounts }));
  });
  afterAll(async () => {
    await checkInvariants(stack.chains, stack.databaseUrl);
    await stack.close();
  });

  const settle = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
    runSettle(stack.configPath, args, env);

  const start = (changed: Record<string, string>, ...more: string[]): Promise<Ran> => {
    const given = {
      id: `cli-${randomUUID()}`,
      from: 'alder',
      to: 'birch',
      amount: '1',
      holder: 'alice',
      recipient: 'bob',
    };
    const options = Object.entries({ ...given, ...changed }).map(([name, value]) => `--${name}=${value}`);
    return settle(['start', ...options, ...more]);
  };

  test('start --wait settles and exits 0; JSON is the record, talk goes to stderr', async () => {
    const { code, stdout, stderr } = await start({ amount: '12.5' }, '--wait', '-o', 'json');
    expect(code).toBe(0);
    expect(stderr).toContain('waiting for');
    const record = JSON.parse(stdout) as Record<string, unknown>;
    expect(record).toMatchObject({ status: 'COMPLETED', amount: '12500000', sourceChain: 'alder' });
    // The fields of the design's record, all of them, no others.
    expect(Object.keys(record).sort()).toEqual(
      [
        ...['settlementId', 'status', 'sourceChain', 'destinationChain', 'token', 'amount', 'holder', 'recipient'],
        ...['attempt', 'burnTxHash', 'mintTxHash', 'refundTxHash', 'compensated', 'needsOperator', 'errorCode'],
        ...['errorMessage', 'createdAt', 'updatedAt'],
      ].sort(),
    );
  });

  test('a refund exits 3, show says the same, retry completes', async () => {
    const id = `cli-${randomUUID()}`;
    expect((await start({ id, recipient: 'mallory' }, '--wait')).code).toBe(3);
    const shown = await settle(['show', id, '-o', 'jsonl']);
    expect(shown.code).toBe(3);
    expect(JSON.parse(shown.stdout)).toMatchObject({ status: 'FAILED', compensated: true, errorCode: 'MINT_REFUSED' });
    await stack.birch.freeze('mallory', false);
    expect((await settle(['retry', id, '--wait'])).code).toBe(0);
    await stack.birch.freeze('mallory', true);
    const again = await settle(['retry', id]);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('NOT_RETRYABLE') });
  });

  test('batch: a dry run writes nothing; --wait stays until all are settled; the same file again is the same batch', async () => {
    const [id, file] = [`cli-${randomUUID()}`, join(dirname(stack.configPath), 'payouts.csv')];
    const line = (index: number) => `${id}-${index},0.5,${index === 2 ? 'carol' : 'bob'}`;
    writeFileSync(file, ['id,amount,recipient', line(0), line(1), line(2)].join('\n'));
    const batch = (...more: string[]) =>
      settle(['batch', file, '--id', id, '--from', 'alder', '--to', 'birch', '--holder', 'alice', ...more]);

    const dry = await batch('--dry-run', '-o', 'json');
    expect(dry.code).toBe(0);
    expect(JSON.parse(dry.stdout)).toMatchObject({ size: 3, routes: [{ from: 'alder', settlements: 3 }] });
    expect(await settle(['batch', '--id', id])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('NOT_FOUND'),
    });

    const waited = await batch('--wait', '-o', 'json');
    expect(waited.code).toBe(0);
    const completed = { batchId: id, size: 3, statuses: { COMPLETED: 3 }, conflicts: 0, run: 'COMPLETED' };
    expect(JSON.parse(waited.stdout)).toMatchObject(completed);
    expect(waited.stderr).toContain('3 of 3: 3 completed');
    const again = await batch('-o', 'jsonl');
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('stands already') });
    expect(JSON.parse(again.stdout)).toMatchObject(completed);
    expect((await settle(['show', `${id}-2`, '-o', 'json'])).code).toBe(0);
    expect((await settle(['list', '--status', 'completed', '--limit', '3', '-o', 'jsonl'])).stdout).toContain(
      `"${id}-2"`,
    );

    writeFileSync(file, ['id,amount,recipient', line(0), `${id}-x,-1,bob`].join('\n'));
    expect(await batch()).toMatchObject({ code: 2, stderr: expect.stringContaining('line 3') });
    writeFileSync(file, ['id,amount,recipient', line(0), line(1)].join('\n'));
    expect(await batch()).toMatchObject({ code: 2, stderr: expect.stringContaining('IDEMPOTENCY_CONFLICT') });
  });

  test('cancel ends what is not burned; what was cut off exits 4; what is settled is refused both words', async () => {
    const [cancelled, cutOff] = [`cli-${randomUUID()}`, `cli-${randomUUID()}`];
    await stack.alder.pauseNew(true);
    for (const id of [cancelled, cutOff]) expect((await start({ id })).code).toBe(0);
    await stack.handle(cutOff).terminate('an operator slipped');
    expect((await settle(['show', cutOff])).code).toBe(4);
    expect((await settle(['cancel', cancelled])).code).toBe(0);
    await stack.until(async () => (await stack.client.get(cancelled)).status === 'FAILED');
    const shown = await settle(['show', cancelled, '-o', 'jsonl']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ errorCode: 'CANCELLED', compensated: false });
    await stack.alder.pauseNew(false);

    expect((await settle(['retry', cutOff, '--wait'])).code).toBe(0);
    const resolve = ['resolve', cutOff, '--action', 'refund', '--by', 'olga', '--evidence', 'ticket 17'];
    expect(await settle(['cancel', cutOff])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching('NOT_CANCELLABLE'),
    });
    expect(await settle(resolve)).toMatchObject({ code: 2, stderr: expect.stringMatching('NOT_RESOLVABLE') });
  });

  test('the same start again, without a deadline of its own, adopts the standing one and gets the same answer', async () => {
    const id = `cli-${randomUUID()}`;
    const first = await start({ id }, '--wait', '-o', 'json');
    const second = await start({ id }, '-o', 'json');
    expect(second.code).toBe(0);
    expect(second.stderr).toContain('stands already');
    expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout));
    const other = await start({ id, amount: '2' });
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('IDEMPOTENCY_CONFLICT') });
  });

  test('a holder’s keystore signs, with its password from a file', async () => {
    const { carol } = devAccounts();
    const folder = dirname(stack.configPath);
    writeFileSync(join(folder, 'carol.json'), keystoreOf(carol.privateKey, 'correct horse'));
    writeFileSync(join(folder, 'password'), 'correct horse\n');
    writeFileSync(join(folder, 'wrong'), 'battery staple\n');
    const files = ['--key-file', join(folder, 'carol.json'), '--password-file'];
    expect((await start({ holder: carol.address }, '--wait', ...files, join(folder, 'password'))).code).toBe(0);
    const wrong = await start({ holder: carol.address }, ...files, join(folder, 'wrong'));
    expect(wrong).toMatchObject({ code: 78, stdout: '', stderr: expect.stringContaining('the password is wrong') });
    expect(wrong.stderr).not.toContain('battery');
    // Nobody can be asked for it here.
    const unasked = await start({ holder: carol.address }, '--key-file', join(folder, 'carol.json'));
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('SIGNATURE_INVALID') });
  });

  test('an amount that no double holds is taken to the last digit', async () => {
    const ran = await start({ amount: '9007199254.740993' }, '-o', 'json');
    expect(JSON.parse(ran.stderr)).toMatchObject({
      error: { code: 'AMOUNT_LIMIT', message: expect.stringContaining('9007199254740993 base units') },
    });
  });

  test('ledger verify finds what a worker sealed, with the key that the configuration names', async () => {
    expect((await start({}, '--wait')).code).toBe(0);
    await worker.stop();
    worker = await stack.startWorker(); // seals what is there when it starts
    interface Report {
      readonly ok: boolean;
      readonly seals: { readonly ok: boolean; readonly seals: number; readonly upToId: number };
    }
    const verify = async (...more: string[]): Promise<Report> =>
      JSON.parse((await settle(['ledger', 'verify', ...more, '-o', 'json'])).stdout) as Report;
    await stack.until(async () => (await verify()).seals.upToId >= 7);
    expect(await verify()).toMatchObject({ ok: true, seals: { ok: true } });

    const wrongKey = join(dirname(stack.configPath), 'wrong.key');
    writeFileSync(wrongKey, 'another');
    expect(await verify('--seal-key-file', wrongKey)).toMatchObject({ ok: false, seals: { ok: false } });
  });

  test('list and balances show what there is', async () => {
    const listed = await settle(['list', '-o', 'json']);
    expect(listed.code).toBe(0);
    const records = JSON.parse(listed.stdout) as SettlementRecord[];
    const failed = records.filter(({ status }) => status === 'FAILED');
    expect(failed.length).toBeGreaterThan(0);
    expect(records.length).toBeGreaterThan(failed.length);
    expect(JSON.parse((await settle(['list', '--status', 'failed', '-o', 'json'])).stdout)).toEqual(failed);
    expect((await settle(['list', '--limit', '1', '-o', 'jsonl'])).stdout).toBe(`${JSON.stringify(records[0])}\n`);
    expect(await settle(['list', '--status', 'lost'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('lost'),
    });
    const balances = await settle(['balances', 'alice', '-o', 'jsonl']);
    const rows = balances.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(rows.map(({ account, chain }) => `${account}@${chain}`)).toEqual(
      expect.arrayContaining(['alice@alder', 'alice@birch', '(supply)@alder', '(supply)@birch']),
    );
  });
});

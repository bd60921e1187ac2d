import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { devAccounts } from '../../src/local/devAccounts';
import type { GuardedProcess } from '../../src/local/startGuard';
import { checkInvariants } from '../support/checkInvariants';
import { runSettle, type Ran } from '../support/runSettle';
import { startTestStack, type TestStack } from '../support/testStack';

/** The `settle` command as a user runs it: its own process, its exit code, what it says and where. */
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

  const countRuns = async (): Promise<number> => {
    const { count } = await stack.temporal.workflow.count(`TaskQueue = '${stack.config.temporal.taskQueue}'`);
    return count;
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

  const { bob } = devAccounts();
  const badChecksum = bob.address.replace(/[a-f]/, (letter) => letter.toUpperCase());
  test.each<[what: string, changed: () => Record<string, string>, code: string, exit: number]>([
    ['amount 0', () => ({ amount: '0' }), 'AMOUNT_INVALID', 2],
    ['amount -1', () => ({ amount: '-1' }), 'AMOUNT_INVALID', 2],
    ['amount NaN', () => ({ amount: 'NaN' }), 'AMOUNT_INVALID', 2],
    ['amount 1e18', () => ({ amount: '1e18' }), 'AMOUNT_INVALID', 2],
    ['amount 0x10', () => ({ amount: '0x10' }), 'AMOUNT_INVALID', 2],
    ['amount with spaces', () => ({ amount: ' 1 ' }), 'AMOUNT_INVALID', 2],
    ['too many decimals', () => ({ amount: '1.0000001' }), 'AMOUNT_PRECISION', 2],
    ['more than a uint256', () => ({ amount: '9'.repeat(90) }), 'AMOUNT_OVERFLOW', 2],
    ['over the gateway limit', () => ({ amount: '2000000000' }), 'AMOUNT_LIMIT', 2],
    ['more than the holder has', () => ({ amount: '1000001' }), 'INSUFFICIENT_FUNDS', 3],
    ['one chain twice', () => ({ to: 'alder' }), 'SAME_CHAIN', 2],
    ['an unknown chain', () => ({ to: 'oak' }), 'UNKNOWN_CHAIN', 2],
    ['an unknown token', () => ({ token: 'EURX' }), 'UNKNOWN_TOKEN', 2],
    ['a short address', () => ({ recipient: '0x1234' }), 'ADDRESS_INVALID', 2],
    ['an unknown name', () => ({ recipient: 'nobody' }), 'ADDRESS_INVALID', 2],
    ['a wrong checksum', () => ({ recipient: badChecksum }), 'ADDRESS_CHECKSUM', 2],
    ['the zero address', () => ({ recipient: `0x${'0'.repeat(40)}` }), 'ADDRESS_ZERO', 2],
    [
      'the token itself',
      () => ({ recipient: stack.config.chains[1]?.tokens[0]?.address ?? '' }),
      'ADDRESS_FORBIDDEN',
      2,
    ],
    ['the destination gateway', () => ({ recipient: stack.config.chains[1]?.gateway ?? '' }), 'ADDRESS_FORBIDDEN', 2],
    ['the source gateway', () => ({ recipient: stack.config.chains[0]?.gateway ?? '' }), 'ADDRESS_FORBIDDEN', 2],
    ['an empty id', () => ({ id: '' }), 'ID_INVALID', 2],
    ['an id of 65', () => ({ id: 'a'.repeat(65) }), 'ID_INVALID', 2],
    ['a unicode id', () => ({ id: 'zürich' }), 'ID_INVALID', 2],
    ['a path as id', () => ({ id: '../x' }), 'ID_INVALID', 2],
    ['an id with a newline', () => ({ id: 'a\n' }), 'ID_INVALID', 2],
    ['a holder without a key', () => ({ holder: `0x${'11'.repeat(20)}` }), 'SIGNATURE_INVALID', 2],
    ['a deadline in the past', () => ({ 'valid-before': '1000000000' }), 'DEADLINE_INVALID', 2],
    ['a deadline too near', () => ({ 'valid-for': '5' }), 'DEADLINE_INVALID', 2],
    ['a deadline too far', () => ({ 'valid-for': '99999999' }), 'DEADLINE_INVALID', 2],
    ['a deadline that is no number', () => ({ 'valid-for': 'soon' }), 'DEADLINE_INVALID', 2],
    ['no attempts', () => ({ 'max-attempts': '0' }), 'ATTEMPTS_INVALID', 2],
  ])('%s is refused by its code, and nothing is written', async (_what, changed, code, exit) => {
    const before = await countRuns();
    const ran = await start(changed(), '-o', 'json');
    expect(JSON.parse(ran.stderr)).toMatchObject({
      error: { code, message: expect.any(String), nextStep: expect.any(String) },
    });
    expect(ran).toMatchObject({ code: exit, stdout: '' });
    expect(await countRuns()).toBe(before);
  });

  test('an amount that no double holds is taken to the last digit', async () => {
    const ran = await start({ amount: '9007199254.740993' }, '-o', 'json');
    expect(JSON.parse(ran.stderr)).toMatchObject({
      error: { code: 'AMOUNT_LIMIT', message: expect.stringContaining('9007199254740993 base units') },
    });
  });

  test.each([
    ['by another', 'bob' as const],
    ['for another chain', 'alice' as const],
  ])('a signed order %s is refused', async (what, signer) => {
    const signed = await stack.sign({ signer });
    const [source, destination] = stack.config.chains;
    const order =
      what === 'by another'
        ? signed.order
        : { ...signed.order, sourceChainId: destination?.chainId, destinationChainId: source?.chainId };
    const file = join(dirname(stack.configPath), 'order.json');
    writeFileSync(file, JSON.stringify({ ...signed, order }));
    const ran = await settle(['start', '--order', file]);
    expect(ran.code).toBe(2);
    // The other direction is another route: its token pair is looked at before the signature.
    expect(ran.stderr).toMatch(what === 'by another' ? /SIGNATURE_INVALID/ : /UNKNOWN_TOKEN|SIGNATURE_INVALID/);
  });

  test('unknown ids, commands and options exit 2; Temporal down exits 75; a bad config exits 78', async () => {
    expect(await settle(['show', 'nope'])).toMatchObject({ code: 2, stderr: expect.stringContaining('NOT_FOUND') });
    expect((await settle(['shw', 'nope'])).code).toBe(2);
    expect((await settle(['list', '--colour'])).code).toBe(2);
    expect((await settle(['resolve', 'nope', '--action', 'steal', '--by', 'me', '--evidence', 'x'])).code).toBe(2);
    const down = await settle(['show', 'nope'], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(down).toMatchObject({ code: 75, stderr: expect.stringContaining('TEMPORAL_UNAVAILABLE') });
    const bad = join(dirname(stack.configPath), 'bad.json');
    const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as { chains: { gateway: string }[] };
    writeFileSync(
      bad,
      JSON.stringify({ ...json, chains: json.chains.map((chain) => ({ ...chain, gateway: '0x12' })) }),
    );
    const refused = await settle(['list'], { SETTLEMENT_CONFIG: bad });
    expect(refused).toMatchObject({ code: 78, stderr: expect.stringContaining('chains.0.gateway') });
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
    expect((JSON.parse(listed.stdout) as unknown[]).length).toBeGreaterThan(0);
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

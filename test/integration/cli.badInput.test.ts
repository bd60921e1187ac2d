import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client as PostgresClient } from 'pg';
import { devAccounts } from '../../src/local/devAccounts';
import { rpcCall } from '../../src/local/rpcCall';
import type { OrderJson } from '../../src/domain/order';
import { checkInvariants } from '../support/checkInvariants';
import { runSettle, type Ran } from '../support/runSettle';
import { startTestStack, type TestStack } from '../support/testStack';

/** The bad-input table of the fault model, row by row: an exit code, a stable code on stderr, and nothing written anywhere. */
describe('bad input', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    await stack.startWorker(); // whatever got through would be written
    const accounts = Object.values(devAccounts());
    writeFileSync(file('stack.json'), JSON.stringify({ accounts }));
  });
  afterAll(async () => {
    await checkInvariants(stack.chains, stack.databaseUrl);
    await stack.close();
  });

  const file = (name: string): string => join(dirname(stack.configPath), name);
  const settle = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
    runSettle(stack.configPath, args, env);
  const startArgs = (changed: Record<string, string>): readonly string[] => {
    const given = {
      id: `bad-${randomUUID()}`,
      ...{ from: 'alder', to: 'birch', amount: '1', holder: 'alice', recipient: 'bob' },
    };
    return ['start', ...Object.entries({ ...given, ...changed }).map(([name, value]) => `--${name}=${value}`)];
  };

  /** Everything that a settlement could leave behind: runs, rows, journaled transactions, blocks (a chain mines for each transaction). */
  const traces = async (): Promise<object> => {
    const { count } = await stack.temporal.workflow.count(`TaskQueue = '${stack.config.temporal.taskQueue}'`);
    const database = new PostgresClient(stack.databaseUrl);
    await database.connect();
    const { rows } = await database.query<object>(
      `select (select count(*) from ledger.settlements) as settlements, (select count(*) from ledger.settlement_events) as events,
        (select count(*) from ledger.transactions) as transactions, (select epoch from ledger.ledger) as epoch`,
    );
    await database.end();
    const blocks = await Promise.all(stack.chains.map(({ rpcUrl }) => rpcCall<string>(rpcUrl, 'eth_blockNumber', [])));
    return { runs: count, ...rows[0], blocks };
  };

  const refused = async (ran: Promise<Ran>, code: string, exit: number): Promise<void> => {
    const { stderr, ...rest } = await ran;
    expect({ ...rest, error: JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as unknown }).toEqual({
      code: exit,
      stdout: '',
      error: { error: { code, message: expect.any(String), nextStep: expect.stringMatching(/\.$/) } },
    });
  };

  const { bob } = devAccounts();
  const badChecksum = bob.address.replace(/[a-f]/, (letter) => letter.toUpperCase());
  const chain = (index: number) => stack.config.chains[index];
  test.each<[what: string, changed: () => Record<string, string>, code: string, exit: number]>([
    ['amount 0', () => ({ amount: '0' }), 'AMOUNT_INVALID', 2],
    ['amount -1', () => ({ amount: '-1' }), 'AMOUNT_INVALID', 2],
    ['amount NaN', () => ({ amount: 'NaN' }), 'AMOUNT_INVALID', 2],
    ['amount 1e18', () => ({ amount: '1e18' }), 'AMOUNT_INVALID', 2],
    ['amount 0x10', () => ({ amount: '0x10' }), 'AMOUNT_INVALID', 2],
    ['amount with spaces', () => ({ amount: ' 1 ' }), 'AMOUNT_INVALID', 2],
    ['an empty amount', () => ({ amount: '' }), 'AMOUNT_INVALID', 2],
    ['too many decimals', () => ({ amount: '1.0000001' }), 'AMOUNT_PRECISION', 2],
    ['more than a uint256', () => ({ amount: '9'.repeat(90) }), 'AMOUNT_OVERFLOW', 2],
    ['over the gateway limit', () => ({ amount: '2000000000' }), 'AMOUNT_LIMIT', 2],
    ['more than the holder has', () => ({ amount: '1000001' }), 'INSUFFICIENT_FUNDS', 3],
    ['one chain twice', () => ({ to: 'alder' }), 'SAME_CHAIN', 2],
    ['an unknown chain', () => ({ to: 'oak' }), 'UNKNOWN_CHAIN', 2],
    ['an unknown token', () => ({ token: 'EURX' }), 'UNKNOWN_TOKEN', 2],
    ['a short address', () => ({ recipient: '0x1234' }), 'ADDRESS_INVALID', 2],
    ['a long address', () => ({ recipient: `${bob.address}00` }), 'ADDRESS_INVALID', 2],
    ['an unknown name', () => ({ recipient: 'nobody' }), 'ADDRESS_INVALID', 2],
    ['a wrong checksum', () => ({ recipient: badChecksum }), 'ADDRESS_CHECKSUM', 2],
    ['the zero address', () => ({ recipient: `0x${'0'.repeat(40)}` }), 'ADDRESS_ZERO', 2],
    ['the token itself', () => ({ recipient: chain(1)?.tokens[0]?.address ?? '' }), 'ADDRESS_FORBIDDEN', 2],
    ['the destination gateway', () => ({ recipient: chain(1)?.gateway ?? '' }), 'ADDRESS_FORBIDDEN', 2],
    ['the source gateway', () => ({ recipient: chain(0)?.gateway ?? '' }), 'ADDRESS_FORBIDDEN', 2],
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
    ['attempts beyond a byte', () => ({ 'max-attempts': '256' }), 'ATTEMPTS_INVALID', 2],
    ['a password without a keystore', () => ({ 'password-file': '/dev/null' }), 'USAGE', 2],
    ['a key file that is not there', () => ({ 'key-file': '/nowhere/holder.key' }), 'CONFIG_INVALID', 78],
  ])('%s', async (_what, changed, code, exit) => {
    // Deadlines are judged by the chain's clock, and that of an anvil without transactions stands still.
    await Promise.all([stack.alder.mine(1), stack.birch.mine(1)]);
    const before = await traces();
    await refused(settle([...startArgs(changed()), '-o', 'json']), code, exit);
    expect(await traces()).toEqual(before);
  });

  test("another's key", async () => {
    writeFileSync(file('bob.key'), bob.privateKey);
    const before = await traces();
    const ran = await settle([...startArgs({ 'key-file': file('bob.key') }), '-o', 'json']);
    await refused(Promise.resolve(ran), 'SIGNATURE_INVALID', 2);
    expect(ran.stderr).not.toContain(bob.privateKey.slice(2, 20));
    expect(await traces()).toEqual(before);
  });

  const zeroSignature = `0x${'00'.repeat(65)}`;
  type Changed = { readonly order?: object; readonly signature?: unknown };
  test.each<[what: string, change: (order: OrderJson) => Changed, code: string]>([
    ['an amount that is a JSON number', () => ({ order: { amount: 1_000_000 } }), 'AMOUNT_INVALID'],
    ['an id with a NUL', () => ({ order: { settlementId: 'a\0b' } }), 'ID_INVALID'],
    ['an id that is a number', () => ({ order: { settlementId: 7 } }), 'ID_INVALID'],
    ['an unknown field', () => ({ order: { memo: 'x' } }), 'BAD_REQUEST'],
    ['__proto__', () => ({ order: JSON.parse('{"__proto__":{"amount":"1"}}') as object }), 'BAD_REQUEST'],
    ['a missing field', () => ({ order: { amount: undefined } }), 'BAD_REQUEST'],
    ['an order that is a list', () => ({ order: [] }), 'BAD_REQUEST'],
    ['another amount than was signed', ({ amount }) => ({ order: { amount: `${amount}1` } }), 'SIGNATURE_INVALID'],
    ['another recipient than was signed', ({ holder }) => ({ order: { recipient: holder } }), 'SIGNATURE_INVALID'],
    ['a signature that is none', () => ({ signature: zeroSignature }), 'SIGNATURE_INVALID'],
    ['a signature that is no hex', () => ({ signature: 'yes' }), 'SIGNATURE_INVALID'],
    ['a signature that is a number', () => ({ signature: 1 }), 'SIGNATURE_INVALID'],
  ])('a signed order with %s', async (_what, change, code) => {
    const signed = await stack.sign({});
    const changed = change(signed.order);
    const order = Array.isArray(changed.order) ? changed.order : withFields(signed.order, changed.order ?? {});
    writeFileSync(file('order.json'), JSON.stringify({ ...signed, ...changed, order }));
    const before = await traces();
    await refused(settle(['start', '--order', file('order.json'), '-o', 'json']), code, 2);
    expect(await traces()).toEqual(before);
  });

  /** As own fields, `__proto__` too. */
  function withFields(order: object, fields: object): object {
    const whole: object = { ...order };
    for (const [name, value] of Object.entries(fields)) {
      Object.defineProperty(whole, name, { value: value as unknown, enumerable: true, configurable: true });
    }
    return whole;
  }

  test.each<[what: string, text: string]>([
    ['is no JSON', '{"order":'],
    ['is empty', ''],
    ['is a list', '[]'],
    ['has no signature', '{"order":{}}'],
  ])('a file of a signed order that %s', async (_what, text) => {
    writeFileSync(file('order.json'), text);
    const before = await traces();
    await refused(settle(['start', '--order', file('order.json'), '-o', 'json']), 'BAD_REQUEST', 2);
    expect(await traces()).toEqual(before);
  });

  test('a signature by another, and one for another chain', async () => {
    const byBob = await stack.sign({ signer: 'bob' });
    writeFileSync(file('order.json'), JSON.stringify(byBob));
    const before = await traces();
    await refused(settle(['start', '--order', file('order.json'), '-o', 'json']), 'SIGNATURE_INVALID', 2);
    // The same order, as if it were of the other direction: what was signed is another domain's.
    const { order, signature } = await stack.sign({});
    const [source, destination] = stack.config.chains;
    const turned = {
      ...order,
      ...{ sourceChainId: destination?.chainId, destinationChainId: source?.chainId },
      ...{ token: order.destinationToken, destinationToken: order.token, destinationGateway: source?.gateway },
    };
    writeFileSync(file('order.json'), JSON.stringify({ order: turned, signature }));
    await refused(settle(['start', '--order', file('order.json'), '-o', 'json']), 'SIGNATURE_INVALID', 2);
    expect(await traces()).toEqual(before);
  });

  test('the same id: the same payload is answered the same, another is a conflict; COMPLETED cannot be retried', async () => {
    const id = `bad-${randomUUID()}`;
    const first = await settle([...startArgs({ id }), '--wait', '-o', 'json']);
    expect(first.code).toBe(0);
    const before = await traces();
    expect(await settle([...startArgs({ id }), '-o', 'json'])).toMatchObject({ code: 0, stdout: first.stdout });
    await refused(settle([...startArgs({ id, amount: '2' }), '-o', 'json']), 'IDEMPOTENCY_CONFLICT', 2);
    await refused(settle(['retry', id, '-o', 'json']), 'NOT_RETRYABLE', 2);
    await refused(settle(['cancel', id, '-o', 'json']), 'NOT_CANCELLABLE', 2);
    const resolve = ['resolve', id, '--action', 'refund', '--by', 'olga', '--evidence', 'ticket 17'];
    await refused(settle([...resolve, '-o', 'json']), 'NOT_RESOLVABLE', 2);
    expect(await traces()).toEqual(before);
  });

  test.each<[what: string, args: readonly string[], code: string]>([
    ...['show', 'watch', 'retry', 'cancel'].map(
      (name) => [`${name} of an unknown id`, [name, 'nope'], 'NOT_FOUND'] as [string, string[], string],
    ),
    ...['show', 'watch', 'retry', 'cancel'].map(
      (name) => [`${name} of a bad id`, [name, '../x'], 'ID_INVALID'] as [string, string[], string],
    ),
    ['an unknown command', ['shw', 'nope'], 'USAGE'],
    ['an unknown command of a group', ['ledger', 'repair'], 'USAGE'],
    ['no command', [], 'USAGE'],
    ['no command of a group', ['route'], 'USAGE'],
    ['an unknown option', ['list', '--colour'], 'USAGE'],
    ['an argument too many', ['show', 'a', 'b'], 'USAGE'],
    ['an argument too few', ['show'], 'USAGE'],
    ['a required option that is missing', ['resolve', 'a', '--action', 'refund'], 'USAGE'],
    ['a choice that is none', ['resolve', 'a', '--action', 'steal', '--by', 'me', '--evidence', 'x'], 'USAGE'],
    ['a blank reason', ['resolve', 'a', '--action', 'refund', '--by', ' ', '--evidence', 'x'], 'USAGE'],
    ['an unknown shell', ['completions', 'csh'], 'USAGE'],
    ['a request id with a newline', ['retry', 'a', '--request-id', 'a\nb'], 'USAGE'],
    ['a start that misses everything', ['start'], 'USAGE'],
    [
      'a route of an unknown chain',
      ['route', 'pause', '--from', 'oak', '--to', 'birch', '--by', 'o', '--reason', 'x'],
      'UNKNOWN_CHAIN',
    ],
    ['a route to itself', ['route', 'resume', '--from', 'birch', '--to', 'birch'], 'SAME_CHAIN'],
    ['a balance of nobody', ['balances', 'nobody'], 'ADDRESS_INVALID'],
  ])('%s exits 2', async (_what, args, code) => {
    const before = await traces();
    await refused(settle([...args, '-o', 'json']), code, 2);
    expect(await traces()).toEqual(before);
  });

  test('an error in text says the code, what is wrong, and what to do; nothing on stdout', async () => {
    expect(await settle(['lst'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "error USAGE: unknown command 'lst' (Did you mean list?)\n  'settle --help' shows what it takes, with examples.\n",
    });
    expect((await settle(['list', '--colour'])).stderr).toContain("'settle list --help' shows");
  });

  test('Temporal away exits 75, and bad words are told all the same', async () => {
    const away = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const before = await traces();
    await refused(settle([...startArgs({}), '-o', 'json'], away), 'TEMPORAL_UNAVAILABLE', 75);
    await refused(settle([...startArgs({ amount: '0' }), '-o', 'json'], away), 'AMOUNT_INVALID', 2);
    await refused(settle(['show', 'a b', '-o', 'json'], away), 'ID_INVALID', 2);
    expect(await traces()).toEqual(before);
  });

  type Json = { ledger: { databaseUrl: string }; chains: Record<string, unknown>[] };
  const changedConfig = (name: string, change: (json: Json) => object): string => {
    const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as Json;
    writeFileSync(file(name), JSON.stringify(change(json)));
    return file(name);
  };
  const firstChain = (fields: object) => (json: Json) => ({
    ...json,
    chains: json.chains.map((one, index) => (index === 0 ? { ...one, ...fields } : one)),
  });

  test('the ledger away exits 75: never a success that nobody can answer for later', async () => {
    const config = changedConfig('away.json', (json) => ({
      ...json,
      ledger: { databaseUrl: 'postgresql://u:canary5ecret@127.0.0.1:1/x' },
    }));
    const before = await traces();
    const ran = await settle([...startArgs({}), '-o', 'json', '-c', config]);
    await refused(Promise.resolve(ran), 'LEDGER_UNAVAILABLE', 75);
    expect(ran.stderr).not.toContain('canary5ecret');
    expect(await traces()).toEqual(before);
  });

  test.each<[what: string, change: (json: Json) => object, field: string]>([
    ['an unknown key', (json) => ({ ...json, colour: 'red' }), 'colour'],
    ['an unknown key of a chain', firstChain({ gas: 1 }), 'chains.0'],
    ['a missing key', firstChain({ finality: undefined }), 'chains.0.finality'],
    ['a gateway that is no address', firstChain({ gateway: '0x12' }), 'chains.0.gateway'],
    ['one chain', (json) => ({ ...json, chains: json.chains.slice(0, 1) }), 'chains'],
    [
      'a database URL that is none',
      (json) => ({ ...json, ledger: { databaseUrl: 'canary5ecret' } }),
      'ledger.databaseUrl',
    ],
  ])('a configuration with %s exits 78 and names the field', async (_what, change, field) => {
    const config = changedConfig('bad.json', change);
    const before = await traces();
    for (const args of [['list'], startArgs({}), ['doctor'], ['verify']]) {
      const ran = await settle([...args, '-o', 'json', '-c', config]);
      await refused(Promise.resolve(ran), 'CONFIG_INVALID', 78);
      expect(ran.stderr).toContain(field);
      expect(ran.stderr).not.toContain('canary5ecret');
    }
    expect(await traces()).toEqual(before);
  });

  test.each<[what: string, change: () => (json: Json) => object, field: string]>([
    ['another chain id than its node', () => firstChain({ chainId: 4_242 }), 'alder.rpcUrl'],
    ['no code at the gateway', () => firstChain({ gateway: bob.address }), 'alder.gateway'],
    [
      'another peer',
      () => (json) => ({
        ...json,
        chains: json.chains.map((one, index) =>
          index === 1 ? { ...one, gateway: chain(1)?.tokens[0]?.address } : one,
        ),
      }),
      'gateway',
    ],
    [
      'a token that is none',
      () => firstChain({ tokens: [{ ...chain(0)?.tokens[0], address: chain(0)?.gateway }] }),
      'alder.tokens.USDS.address',
    ],
    ['other decimals', () => firstChain({ tokens: [{ ...chain(0)?.tokens[0], decimals: 18 }] }), 'alder.tokens'],
  ])('a configuration with %s: verify and doctor exit 78 and say which field', async (_what, change, field) => {
    const config = changedConfig('mismatch.json', change());
    const before = await traces();
    const verified = await settle(['verify', '-o', 'json', '-c', config]);
    await refused(Promise.resolve(verified), 'CHAIN_MISMATCH', 78);
    expect(verified.stderr).toContain(field);
    const examined = await settle(['doctor', '-o', 'json', '-c', config]);
    expect(examined.code).toBe(78);
    expect(await traces()).toEqual(before);
  });

  test('a stack.json that is none exits 78 and shows nothing of it', async () => {
    const whole = readFileSync(file('stack.json'), 'utf8');
    writeFileSync(file('stack.json'), '{"accounts":[{"privateKey":"canary5ecret"');
    const ran = await settle([...startArgs({}), '-o', 'json']);
    writeFileSync(file('stack.json'), whole);
    await refused(Promise.resolve(ran), 'CONFIG_INVALID', 78);
    expect(ran.stderr).not.toContain('canary5ecret');
  });
});

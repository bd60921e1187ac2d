import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Client } from 'pg';
import { privateKeyToAccount } from 'viem/accounts';
import { infoSchema, supplySchema } from '../../src/api/schemas';
import { signOrder } from '../../src/client/signOrder';
import { parseOrder } from '../../src/domain/parseOrder';
import type { OrderJson, SignedOrder } from '../../src/domain/order';
import type { SettlementRecord } from '../../src/domain/record';
import { devAccounts } from '../../src/local/devAccounts';
import { createTcpProxy } from '../chaos/links/tcpProxy';
import { startTestApi, type TestApi } from '../support/startTestApi';
import { startTestStack, type TestStack } from '../support/testStack';

interface Problem {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string };
}
interface Page {
  readonly settlements: readonly SettlementRecord[];
  readonly nextCursor: string | null;
}

/** What the API refuses, and how: the bad-input table, tokens, limits, parts that are away. Real stack, real HTTP. */
describe('requests to the API', () => {
  let stack: TestStack;
  let api: TestApi;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    await stack.startWorker();
    api = await startTestApi(stack);
  });
  afterAll(async () => {
    await api.close();
    await stack.close();
  });

  /** An order with some fields otherwise, signed as it then is where it can be signed. */
  async function orderWith(changed: Partial<Record<keyof OrderJson, unknown>>): Promise<SignedOrder> {
    const signed = await stack.sign({ settlementId: `test-bad-${randomUUID().slice(0, 8)}` });
    const order = { ...signed.order, ...changed } as OrderJson;
    try {
      const account = privateKeyToAccount(devAccounts().alice.privateKey);
      return await signOrder(parseOrder(order), stack.alder.config.gateway, account);
    } catch {
      return { order, signature: signed.signature };
    }
  }

  const submit = (body: unknown) => api.ask<Problem>('POST', '/v1/settlements', { body });

  async function askDatabase(sql: string, values?: readonly unknown[]): Promise<readonly unknown[]> {
    const client = new Client(stack.databaseUrl);
    await client.connect();
    try {
      return (await client.query<object>(sql, values && [...values])).rows;
    } finally {
      await client.end();
    }
  }

  async function countWritten(): Promise<string> {
    const { count } = await stack.temporal.workflow.count(`TaskQueue = '${stack.config.temporal.taskQueue}'`);
    const { body } = await api.ask<Page>('GET', '/v1/settlements?limit=200');
    return `${count} runs, ${body.settlements.length} rows`;
  }

  const now = Math.floor(Date.now() / 1000);
  test.each<[string, Partial<Record<keyof OrderJson, unknown>>]>([
    ...['0', '-1', 'NaN', '1e18', '0x10', ' 1', '1 ', '', 1_000_000, 1.5, null].map(
      (amount): [string, Partial<Record<keyof OrderJson, unknown>>] => ['AMOUNT_INVALID', { amount }],
    ),
    ['AMOUNT_PRECISION', { amount: '12.5' }],
    ['AMOUNT_OVERFLOW', { amount: (2n ** 256n).toString() }],
    ['AMOUNT_LIMIT', { amount: (2n ** 255n).toString() }],
    ['SAME_CHAIN', { destinationChainId: 31337 }],
    ['UNKNOWN_CHAIN', { destinationChainId: 4242 }],
    ['UNKNOWN_CHAIN', { sourceChainId: -1 }],
    ['UNKNOWN_TOKEN', { token: '0x1111111111111111111111111111111111111111' }],
    ['ADDRESS_INVALID', { recipient: '0x1234' }],
    ['ADDRESS_INVALID', { recipient: 7 }],
    ['ADDRESS_CHECKSUM', { recipient: '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed' }],
    ['ADDRESS_ZERO', { recipient: `0x${'00'.repeat(20)}` }],
    ...['', 'a'.repeat(65), 'té', '../x', 'a\0b', 'a\n', 'a b'].map(
      (settlementId): [string, Partial<Record<keyof OrderJson, unknown>>] => ['ID_INVALID', { settlementId }],
    ),
    ['DEADLINE_INVALID', { validBefore: now - 10 }],
    ['DEADLINE_INVALID', { validBefore: now + 5 }],
    ['DEADLINE_INVALID', { validBefore: now + 10 * 365 * 24 * 3600 }],
    ['DEADLINE_INVALID', { validBefore: '1' }],
    ['ATTEMPTS_INVALID', { maxAttempts: 256 }],
  ])('422 %s: %j', async (code, changed) => {
    const before = await countWritten();
    const reply = await submit(await orderWith(changed));
    expect({ status: reply.status, code: reply.body.error.code }).toEqual({ status: 422, code });
    expect(reply.body.error.hint.length).toBeGreaterThan(5);
    expect(await countWritten()).toBe(before);
  });

  test("422 for the token or a gateway as recipient, too little money, and a signature that is not the holder's", async () => {
    const before = await countWritten();
    const { order } = await stack.sign({});
    for (const recipient of [
      order.token,
      order.destinationToken,
      order.destinationGateway,
      stack.alder.config.gateway,
    ]) {
      expect((await submit(await orderWith({ recipient }))).body.error.code).toBe('ADDRESS_FORBIDDEN');
    }
    const poor = await submit(await orderWith({ amount: '2000000000000' }));
    expect([poor.status, poor.body.error.code]).toEqual([422, 'INSUFFICIENT_FUNDS']);
    const byBob = await stack.sign({ settlementId: `test-${randomUUID()}`, signer: 'bob' });
    const good = await stack.sign({ settlementId: `test-${randomUUID()}` });
    const onOtherChain = await signOrder(
      parseOrder(good.order),
      stack.birch.config.gateway,
      privateKeyToAccount(devAccounts().alice.privateKey),
    );
    for (const signed of [
      byBob,
      onOtherChain,
      { ...good, signature: '0x' },
      { ...good, signature: 'x' },
      { ...good, signature: 5 },
    ]) {
      const reply = await submit(signed);
      expect([reply.status, reply.body.error.code]).toEqual([422, 'SIGNATURE_INVALID']);
    }
    expect(await countWritten()).toBe(before);
  });

  test('400 for what is no JSON of one meaning, or has fields that it must not have', async () => {
    const signed = await stack.sign({ settlementId: `test-${randomUUID()}` });
    const text = JSON.stringify(signed);
    const raws: (string | Uint8Array)[] = [
      ...[
        '',
        '{',
        'null',
        '[]',
        '"x"',
        '5',
        `${text} x`,
        text.replace('{', '{"__proto__":{"a":1},'),
        '['.repeat(5_000),
      ],
      ...[text.replace('{', '{"signature":"0x00",'), text.replace('"amount"', '"amount":"1","\\u0061mount"')],
      ...[text.replace('"order":{', '"order":{"__proto__":null,'), text.replace('"order":{', '"order":{"extra":1,')],
      ...[text.replace('{', '{"extra":1,'), '{"order":null,"signature":"0x00"}', '{"order":{},"signature":"0x00"}'],
      new Uint8Array([0x7b, 0xff, 0x7d]),
    ];
    for (const raw of raws) {
      const { status, body } = await api.ask<Problem>('POST', '/v1/settlements', { raw });
      expect({ raw: String(raw).slice(0, 80), status, code: body.error.code }).toEqual({
        raw: String(raw).slice(0, 80),
        status: 400,
        code: 'BAD_REQUEST',
      });
    }
    for (const query of [
      '?x=1',
      '?limit=0',
      '?limit=201',
      '?limit=a',
      '?cursor=x',
      '?status=NOPE',
      '?status=FAILED&status=FAILED',
      '?__proto__=1',
      '?needsOperator=1',
    ]) {
      const { status, body } = await api.ask<Problem>('GET', `/v1/settlements${query}`);
      expect({ query, status, code: body.error.code }).toEqual({ query, status: 400, code: 'BAD_REQUEST' });
    }
    expect((await api.ask<Problem>('GET', '/v1/settlements/%zz')).body.error.code).toBe('BAD_REQUEST');
    expect((await api.ask<Problem>('GET', `/v1/settlements/${'a'.repeat(3_000)}`)).status).toBeLessThan(500);
  });

  test('413 above the limit and not at it, 415 for another type, 404 for what is not there, and no stack anywhere', async () => {
    const padded = (bytes: number) => `{"x":"${'a'.repeat(bytes - 8)}"}`;
    const asked = async (raw: string, headers = {}) => {
      const { status, body, text } = await api.ask<Problem>('POST', '/v1/settlements', { raw, headers });
      expect(text).not.toMatch(/\.ts:|\.js:|node_modules|at Object/);
      return [status, body.error.code];
    };
    expect(await asked(padded(16_384))).toEqual([400, 'BAD_REQUEST']);
    expect(await asked(padded(16_385))).toEqual([413, 'BODY_TOO_LARGE']);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect(await asked('{}', { 'content-type': type })).toEqual([415, 'MEDIA_TYPE_UNSUPPORTED']);
    }
    for (const path of [
      '/x',
      '/page/types.d.ts',
      '/page/..%2fcreateApi.ts',
      '/v2/settlements',
      '/v1/settlements/test-nothing',
      '/v1/settlements/test-nothing/events',
    ]) {
      expect((await api.ask<Problem>('GET', path)).body.error.code).toBe('NOT_FOUND');
    }
    for (const what of ['retry', 'cancel']) {
      expect((await api.ask<Problem>('POST', `/v1/settlements/test-nothing/${what}`)).status).toBe(404);
    }
    // Without a length, as a client does that would send for ever.
    const endless = await new Promise<number>((resolve, reject) => {
      const headers = { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' };
      const sent = httpRequest(`${api.url}/v1/settlements`, { method: 'POST', headers }, (answer) =>
        resolve(answer.statusCode ?? 0),
      );
      sent.on('error', reject);
      sent.write('"'.padEnd(20_000, 'a'));
    });
    expect(endless).toBe(413);
  });

  test('401 without a token, with a wrong one, with a revoked one; 403 without the scope; secrets are stored hashed', async () => {
    const reader = await api.makeToken({ scopes: ['read'] });
    const wrong = `${api.token.slice(0, -1)}${api.token.endsWith('A') ? 'B' : 'A'}`;
    for (const token of [null, 'x', wrong, `cs_${'0'.repeat(12)}_${'a'.repeat(43)}`]) {
      const { status, body, headers } = await api.ask<Problem>('GET', '/v1/settlements', { token });
      expect([status, body.error.code, headers.get('www-authenticate')]).toEqual([401, 'UNAUTHENTICATED', 'Bearer']);
    }
    // Before a byte of the body is looked at.
    expect((await api.ask('POST', '/v1/settlements', { token: null, raw: 'x'.repeat(100_000) })).status).toBe(401);
    expect((await api.ask('GET', '/v1/settlements', { token: reader })).status).toBe(200);
    for (const path of ['', '/test-1/retry', '/test-1/cancel', '/test-1/resolve']) {
      const { status, body } = await api.ask<Problem>('POST', `/v1/settlements${path}`, { token: reader, body: {} });
      expect([status, body.error.code]).toEqual([403, 'FORBIDDEN']);
    }
    const revoked = await api.makeToken({ scopes: ['read'] });
    expect((await api.ask('GET', '/v1/settlements', { token: revoked })).status).toBe(200);
    await askDatabase('update api.tokens set revoked_at = now() where id = $1', [revoked.split('_')[1]]);
    expect((await api.ask('GET', '/v1/settlements', { token: revoked })).status).toBe(401);
    const stored = await askDatabase('select encode(secret_hash, $1) as hash, t::text as row from api.tokens t', [
      'hex',
    ]);
    const secret = reader.split('_').slice(2).join('_');
    expect(JSON.stringify(stored)).not.toContain(secret);
    expect(stored.length).toBeGreaterThan(1);
  });

  test("the role that serves HTTP can write neither settlements nor tokens, and cannot read a webhook's secret", async () => {
    const refused = async (sql: string) => {
      const error: unknown = await askDatabase(`begin; set local role settlement_api; ${sql}; rollback`).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      return (error as { code?: string } | null)?.code;
    };
    for (const sql of [
      `update ledger.settlements set needs_operator = true`,
      `insert into ledger.settlement_events default values`,
      `insert into api.tokens (id) values ('x')`,
      `update api.tokens set scopes = '{operate}'`,
      `select secret from api.webhooks`,
      `select url from api.webhooks`,
      `select raw from ledger.transactions`,
      `update ledger.ledger set epoch = 9`,
    ]) {
      expect({ sql, code: await refused(sql) }).toEqual({ sql, code: '42501' });
    }
    expect(await refused('select token_id from api.webhooks')).toBeUndefined();
  });

  test('409: another order under the id, a retry or cancel of what is complete, a resolve of what needs nobody', async () => {
    const settlementId = `test-${randomUUID()}`;
    const signed = await stack.sign({ settlementId });
    expect((await submit(signed)).status).toBe(201);
    const other = await stack.sign({ settlementId, amount: 2_000_000n });
    const conflict = async () => {
      const reply = await submit(other);
      expect([reply.status, reply.body.error.code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    };
    await conflict();
    await stack.client.result(settlementId);
    await conflict();
    const post = async (what: string, body: unknown) => {
      const reply = await api.ask<Problem>('POST', `/v1/settlements/${settlementId}/${what}`, { body });
      return [reply.status, reply.body.error.code];
    };
    expect(await post('retry', {})).toEqual([409, 'NOT_RETRYABLE']);
    expect(await post('cancel', undefined)).toEqual([409, 'NOT_CANCELLABLE']);
    const word = { action: 'refund', by: 'olga', evidence: 'ticket 17' };
    expect(await post('resolve', word)).toEqual([409, 'NOT_RESOLVABLE']);
    for (const bad of [
      { ...word, by: ' ' },
      { ...word, evidence: '' },
      { ...word, action: 'steal' },
      { action: 'refund' },
    ]) {
      expect(await post('resolve', bad)).toEqual([400, 'BAD_REQUEST']);
    }
  });

  test('a failed settlement is retried, once for a request id; it fails again and can be retried again', async () => {
    const signed = await stack.sign({ settlementId: `test-${randomUUID()}`, recipient: 'mallory' });
    const { settlementId } = signed.order;
    await submit(signed);
    await stack.client.result(settlementId);
    const path = `/v1/settlements/${settlementId}`;
    expect((await api.ask<SettlementRecord>('GET', path)).body).toMatchObject({ status: 'FAILED', compensated: true });
    const retry = () => api.ask<SettlementRecord>('POST', `${path}/retry`, { body: { requestId: 'again-1' } });
    expect((await Promise.all([retry(), retry()])).map(({ status }) => status)).toEqual([200, 200]);
    await stack.client.result(settlementId);
    expect((await retry()).body).toMatchObject({ status: 'FAILED', attempt: 1 });
    expect(await stack.operationsOf(settlementId)).toHaveLength(6);
  });

  test('a quota of open settlements a holder, also of many at once; a repeat is never refused by it', async () => {
    await stack.alder.pauseNew(true); // what is submitted stays open
    const small = await startTestApi(stack, { maxOpenPerHolder: 3 });
    try {
      const orders = await Promise.all(
        Array.from({ length: 8 }, () => stack.sign({ settlementId: `test-${randomUUID()}` })),
      );
      const post = (signed: SignedOrder) => small.ask<Problem>('POST', '/v1/settlements', { body: signed });
      const replies = await Promise.all(orders.map(post));
      expect(replies.map(({ status }) => status).sort()).toEqual([201, 201, 201, 429, 429, 429, 429, 429]);
      const refused = replies.filter(({ status }) => status === 429);
      expect(refused.map(({ body }) => body.error.code)).toEqual(refused.map(() => 'QUOTA_EXCEEDED'));
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
      const again = await Promise.all(orders.map(post));
      expect(again.map(({ status }) => status)).toEqual(replies.map(({ status }) => (status === 201 ? 200 : 429)));
      expect(again.filter(({ status }) => status === 200).map(({ text }) => text)).toEqual(
        replies.filter(({ status }) => status === 201).map(({ text }) => text),
      );
      await stack.alder.pauseNew(false);
      const taken = orders.filter((_, index) => replies[index]?.status === 201);
      await Promise.all(taken.map(({ order }) => stack.client.result(order.settlementId)));
      const late = orders.find((_, index) => replies[index]?.status === 429);
      if (!late) throw new Error('none was refused');
      expect((await post(late)).status).toBe(201);
      await stack.client.result(late.order.settlementId);
    } finally {
      await stack.alder.pauseNew(false);
      await small.close();
    }
  });

  test('lists by page without a gap or a double while more come; filters and searches find what they should', async () => {
    const token = await api.makeToken({ prefix: 'pages-' });
    const list = (query: string) => api.ask<Page>('GET', `/v1/settlements?${query}`, { token });
    const start = async (settlementId: string, recipient: 'bob' | 'mallory' = 'bob') => {
      await stack.client.start(await stack.sign({ settlementId, recipient }));
      return stack.client.result(settlementId);
    };
    await start('elsewhere-1');
    const completed = await start('pages-1');
    const failed = await start('pages-2', 'mallory');
    for (const n of [3, 4, 5]) await start(`pages-${n}`);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = (await list(`limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).body;
      if (cursor === '') await start('pages-6');
      seen.push(...page.settlements.map(({ settlementId }) => settlementId));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['pages-5', 'pages-4', 'pages-3', 'pages-2', 'pages-1']);
    const idsOf = async (query: string) => (await list(query)).body.settlements.map(({ settlementId }) => settlementId);
    const accounts = devAccounts();
    expect(await idsOf('status=FAILED')).toEqual(['pages-2']);
    expect(await idsOf('status=FAILED,COMPLETED&limit=3')).toEqual(['pages-6', 'pages-5', 'pages-4']);
    expect(await idsOf(`recipient=${accounts.mallory.address}`)).toEqual(['pages-2']);
    expect(await idsOf(`holder=${accounts.bob.address}`)).toEqual([]);
    expect(await idsOf('route=alder-birch&limit=1')).toEqual(['pages-6']);
    expect(await idsOf('route=birch-alder')).toEqual([]);
    expect(await idsOf('needsOperator=true')).toEqual([]);
    expect(await idsOf('q=pages-1')).toEqual(['pages-1']);
    expect(await idsOf('q=elsewhere-1')).toEqual([]);
    expect(await idsOf(`q=${accounts.mallory.address.toLowerCase()}`)).toEqual(['pages-2']);
    for (const hash of [completed.burnTxHash, completed.mintTxHash])
      expect(await idsOf(`q=${hash}`)).toEqual(['pages-1']);
    expect(await idsOf(`q=${failed.refundTxHash}`)).toEqual(['pages-2']);
    expect((await list('route=alder-oak')).status).toBe(422);
    // One that sees all, as an operator's does.
    const all = await api.makeToken({ prefix: null, scopes: ['read'] });
    const found = await api.ask<Page>('GET', '/v1/settlements?q=elsewhere-1', { token: all });
    expect(found.body.settlements).toHaveLength(1);
  });

  test('429 with Retry-After above the limit of a token, and of an address; others are served', async () => {
    const limited = await startTestApi(stack, { requestsPerMinute: { token: 5, address: 40 } });
    try {
      const first = await Promise.all(Array.from({ length: 6 }, () => limited.ask<Problem>('GET', '/v1/settlements')));
      expect(first.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429]);
      const refused = first.find(({ status }) => status === 429);
      expect(refused?.body.error.code).toBe('RATE_LIMITED');
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
      const other = await limited.makeToken();
      expect((await limited.ask('GET', '/v1/settlements', { token: other })).status).toBe(200);
      const flood = await Promise.all(
        Array.from({ length: 60 }, () => limited.ask('GET', '/healthz', { token: null })),
      );
      expect(flood.filter(({ status }) => status === 429)).toHaveLength(60 - (40 - 7));
    } finally {
      await limited.close();
    }
  });

  test('a client that sends slowly is let go, and others are served meanwhile', async () => {
    const strict = await startTestApi(stack, { requestTimeoutMs: 1_000 });
    const slow = connect(Number(new URL(strict.url).port), '127.0.0.1');
    try {
      slow.on('error', () => undefined);
      const gone = new Promise<void>((resolve) => slow.once('close', () => resolve()));
      slow.resume();
      slow.write(
        `POST /v1/settlements HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${strict.token}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
      );
      expect((await strict.ask('GET', '/healthz')).status).toBe(200);
      await gone;
    } finally {
      slow.destroy();
      await strict.close();
    }
  });

  test('503 with Retry-After while Temporal is away, never a false success; what the ledger knows is served', async () => {
    const settled = await stack.sign({ settlementId: `test-${randomUUID()}` });
    await submit(settled);
    await stack.client.result(settled.order.settlementId);
    const away = await startTestApi(stack, { requestTimeoutMs: 3_000 }, (json) => ({
      ...json,
      temporal: { ...(json.temporal as object), address: '127.0.0.1:1' },
    }));
    try {
      const signed = await stack.sign({ settlementId: `test-${randomUUID()}` });
      const reply = await away.ask<Problem>('POST', '/v1/settlements', { body: signed });
      expect(reply.status).toBe(503);
      expect(['TEMPORAL_UNAVAILABLE', 'API_BUSY']).toContain(reply.body.error.code);
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(reply.text).not.toContain('127.0.0.1');
      const path = `/v1/settlements/${settled.order.settlementId}`;
      expect((await away.ask('GET', path)).status).toBe(200);
      expect((await away.ask('POST', '/v1/settlements', { body: settled })).status).toBe(200);
      expect((await away.ask('POST', `${path}/cancel`)).status).toBe(503);
      const ready = await away.ask('GET', '/readyz', { token: null });
      expect([ready.status, ready.body]).toEqual([503, { ready: false, ledger: true, temporal: false }]);
      expect((await away.ask('GET', '/healthz', { token: null })).status).toBe(200);
    } finally {
      await away.close();
    }
  });

  test('503 while the ledger is away, and while a chain is that must check the order', async () => {
    const database = new URL(stack.databaseUrl);
    const proxy = await createTcpProxy(Number(database.port));
    database.port = String(proxy.port);
    const away = await startTestApi(stack, { requestTimeoutMs: 3_000 }, (json) => ({
      ...json,
      ledger: { databaseUrl: database.href },
    }));
    try {
      expect((await away.ask('GET', '/v1/settlements')).status).toBe(200);
      await proxy.close();
      for (const [method, path] of [
        ['GET', '/v1/settlements'],
        ['POST', '/v1/settlements'],
      ] as const) {
        const reply = await away.ask<Problem>(method, path, method === 'POST' ? { body: {} } : {});
        expect([reply.status, reply.body.error.code]).toEqual([503, 'LEDGER_UNAVAILABLE']);
        expect(reply.text).not.toContain('127.0.0.1');
      }
    } finally {
      await away.close();
    }
    const noChain = await startTestApi(stack, { requestTimeoutMs: 5_000 }, (json) => ({
      ...json,
      chains: (json.chains as object[]).map((chain, index) =>
        index === 1 ? { ...chain, rpcUrl: 'http://127.0.0.1:1' } : chain,
      ),
    }));
    try {
      const signed = await stack.sign({ settlementId: `test-${randomUUID()}` });
      const reply = await noChain.ask<Problem>('POST', '/v1/settlements', { body: signed });
      expect(reply.status).toBe(503);
      expect(reply.headers.get('retry-after')).not.toBeNull();
      await expect(stack.client.get(signed.order.settlementId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    } finally {
      await noChain.close();
    }
  });

  test('says what is needed to sign an order, and whether what moved adds up', async () => {
    const signed = await stack.sign({ settlementId: `test-${randomUUID()}` });
    await submit(signed);
    await stack.client.result(signed.order.settlementId);
    const info = await api.ask('GET', '/v1/info');
    expect(infoSchema.parse(info.body)).toMatchObject({
      idPrefix: 'test-',
      chains: [{ name: 'alder', chainId: 31337, gateway: stack.alder.config.gateway }, { name: 'birch' }],
      routes: [
        { sourceChain: 'alder', destinationChain: 'birch', token: signed.order.token, enabled: true, paused: false },
        { sourceChain: 'birch', destinationChain: 'alder', enabled: true },
      ],
    });
    const supply = async () => supplySchema.parse((await api.ask('GET', '/v1/supply')).body).tokens[0];
    await stack.until(async () => (await supply())?.conserved === true);
    const [there, here] = (await supply())?.chains ?? [];
    expect(Number(there?.mintedMinusBurned)).toBeLessThan(0);
    expect(Number(there?.mintedMinusBurned) + Number(here?.mintedMinusBurned)).toBe(0);
    // A burn that no ledger knows of does not add up.
    await stack.alder.executeAs('settler', 'Burn', await stack.sign({}), 0);
    await stack.until(async () => (await supply())?.conserved === false);
    expect((await supply())?.unaccounted).toBe('-1000000');
  });

  test('tells of itself in OpenAPI 3.1, without a token', async () => {
    const { status, body } = await api.ask<{ openapi: string; paths: Record<string, Record<string, object>> }>(
      'GET',
      '/v1/openapi.json',
      { token: null },
    );
    expect([status, body.openapi]).toEqual([200, '3.1.0']);
    expect(Object.keys(body.paths)).toContain('/v1/settlements/{id}/events');
  });
});

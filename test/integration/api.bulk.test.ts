import { batchOfRun } from '../../src/domain/batch';
import type { SignedOrder } from '../../src/domain/order';
import type { SettlementRecord } from '../../src/domain/record';
import { migrateLedger } from '../../src/ledger/migrateLedger';
import { withDatabase } from '../chaos/readRows';
import { checkInvariants } from '../support/checkInvariants';
import { startTestApi, type ApiReply, type TestApi } from '../support/startTestApi';
import { startTestStack, type TestStack } from '../support/testStack';

/** Orders that come singly and go together, through two real API processes' worth of servers, over a real stack. */
describe('the bulk lane of the API', () => {
  let stack: TestStack;
  let api: TestApi;
  let other: TestApi;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    await migrateLedger(stack.databaseUrl); // a worker would, and there is none yet
    api = await startTestApi(stack, { maxOpenPerHolder: 60 });
    other = await startTestApi(stack, { maxOpenPerHolder: 60 });
  });
  afterAll(async () => {
    await Promise.all([api.close(), other.close()]);
    await stack.close();
  });
  afterEach(async () => {
    await checkInvariants(stack.chains, stack.databaseUrl);
  });

  type Answer = ApiReply<SettlementRecord & { error?: { code: string } }>;
  const signMany = (count: number): Promise<SignedOrder[]> =>
    Promise.all(Array.from({ length: count }, () => stack.sign({})));
  const submit = (signed: SignedOrder, lane: string | null = 'bulk', through = api): Promise<Answer> =>
    through.ask('POST', '/v1/settlements', { body: { ...signed, ...(lane === null ? {} : { lane }) } });
  const get = ({ order }: SignedOrder): Promise<Answer> => api.ask('GET', `/v1/settlements/${order.settlementId}`);
  const idOf = ({ order }: SignedOrder): string => order.settlementId;
  const allComplete = (batch: readonly SignedOrder[]) =>
    stack.until(async () =>
      (await Promise.all(batch.map((one) => stack.inLedger(idOf(one))))).every((one) => one?.status === 'COMPLETED'),
    );
  const hasOwnRun = (signed: SignedOrder): Promise<boolean> =>
    stack
      .handle(idOf(signed))
      .describe()
      .then(
        () => true,
        () => false,
      );
  const ownersOf = (batch: readonly SignedOrder[]): Promise<string[]> =>
    withDatabase(stack.databaseUrl, async (db) => {
      const { rows } = await db.query<{ owner: string }>(
        'select distinct owner_run_id as owner from ledger.settlements where settlement_id = any ($1)',
        [batch.map(idOf)],
      );
      return rows.map(({ owner }) => owner);
    });
  /** One of them was accepted, and no worker was there to begin it. */
  let early: readonly SignedOrder[];

  test('without any worker an order is accepted, is there to be read, and a repeat gets the same bytes', async () => {
    early = await signMany(60);
    const first = await Promise.all(early.map((one) => submit(one)));
    expect(first.map(({ status }) => status)).toEqual(early.map(() => 201));
    const [one] = early as [SignedOrder];
    const [answer] = first as [Answer];
    expect(answer.body).toMatchObject({ settlementId: idOf(one), status: 'PENDING', sourceChain: 'alder' });
    for (const lane of ['bulk', null, 'bulk'] as const) {
      expect(await submit(one, lane, other)).toMatchObject({ status: 200, text: answer.text });
    }
    expect(await get(one)).toMatchObject({ status: 200, body: answer.body });
    expect(await stack.client.get(idOf(one))).toMatchObject({ status: 'PENDING' });
    const another = await stack.sign({ settlementId: idOf(one), amount: 7n });
    for (const lane of ['bulk', 'single'] as const) {
      expect(await submit(another, lane)).toMatchObject({
        status: 409,
        body: { error: { code: 'IDEMPOTENCY_CONFLICT' } },
      });
    }
  });

  test('a holder has as many places as one by one', async () => {
    const more = await signMany(3);
    for (const answer of await Promise.all(more.map((one) => submit(one)))) {
      expect(answer).toMatchObject({ status: 429, body: { error: { code: 'QUOTA_EXCEEDED' } } });
    }
    expect(await get(more[0] as SignedOrder)).toMatchObject({ status: 404 });
  });

  test('the first worker begins what was accepted before it came: in few batches, with no run of their own', async () => {
    await stack.startWorker();
    await allComplete(early);
    const owners = await ownersOf(early);
    expect(owners.every((owner) => batchOfRun(owner) !== null)).toBe(true);
    expect(owners.length).toBeLessThanOrEqual(3);
    const [one] = early as [SignedOrder];
    expect(await hasOwnRun(one)).toBe(false);
    expect(await stack.operationsOf(idOf(one))).toHaveLength(2);
    expect(await get(one)).toMatchObject({ status: 200, body: { status: 'COMPLETED' } });
    const [again, alone] = [await submit(one), await submit(one, 'single')];
    expect(again).toMatchObject({ status: 200, body: { status: 'PENDING' } });
    expect(alone.text).toBe(again.text);
  });

  test('the same orders again and again, through two servers and both lanes at once, move once', async () => {
    const batch = await signMany(8);
    const lanes = ['bulk', 'bulk', 'single', null] as const;
    const answers = await Promise.all(
      batch.flatMap((one) => lanes.flatMap((lane) => [submit(one, lane, api), submit(one, lane, other)])),
    );
    expect(answers.filter(({ status }) => status !== 200 && status !== 201)).toEqual([]);
    await allComplete(batch);
    for (const one of batch) expect(await stack.operationsOf(idOf(one))).toHaveLength(2);
  });

  test('what is wrong with an order is told as one by one, and the others go on', async () => {
    const good = await signMany(3);
    const bad = await Promise.all([
      stack.sign({ signer: 'bob' }),
      stack.sign({ amount: 10n ** 30n }),
      stack.sign({ validForSeconds: 5 }),
      stack.sign({ maxAttempts: 1, amount: 10n ** 18n }),
      stack.sign({}).then((one) => ({ ...one, order: { ...one.order, destinationToken: one.order.token } })),
    ]);
    const [answers] = await Promise.all([
      Promise.all(bad.map((one) => submit(one))),
      Promise.all(good.map(async (one) => expect(await submit(one)).toMatchObject({ status: 201 }))),
    ]);
    for (const [at, answer] of answers.entries()) {
      const alone = await submit(bad[at] as SignedOrder, 'single');
      expect(alone.body.error).toBeDefined();
      expect({ status: answer.status, code: answer.body.error?.code }).toEqual({
        status: alone.status,
        code: alone.body.error?.code,
      });
    }
    await allComplete(good);
  });

  test('one that waits for the chains can be cancelled, and the others go on without it', async () => {
    await stack.alder.pauseNew(true);
    const batch = await signMany(5);
    for (const one of batch) expect(await submit(one)).toMatchObject({ status: 201 });
    const [first, ...rest] = batch as [SignedOrder, ...SignedOrder[]];
    await stack.until(async () => (await stack.inLedger(idOf(first)))?.status === 'PROCESSING');
    expect(await api.ask('POST', `/v1/settlements/${idOf(first)}/cancel`)).toMatchObject({ status: 200 });
    await stack.until(async () => (await stack.inLedger(idOf(first)))?.status === 'FAILED');
    await stack.alder.pauseNew(false);
    await allComplete(rest);
    expect((await ownersOf(rest)).every((owner) => batchOfRun(owner) !== null)).toBe(true);
    expect(await get(first)).toMatchObject({ body: { status: 'FAILED', errorCode: 'CANCELLED' } });
    expect(await stack.operationsOf(idOf(first))).toEqual([]);
  });

  test('above its rate the server chooses the bulk lane itself, and below it does not', async () => {
    const always = await startTestApi(stack, { bulkAbovePerSecond: 0 });
    try {
      const [together, alone] = (await signMany(2)) as [SignedOrder, SignedOrder];
      await submit(together, null, always);
      await submit(alone, 'single', always);
      await allComplete([together, alone]);
      expect(await hasOwnRun(together)).toBe(false);
      expect(await hasOwnRun(alone)).toBe(true);
      const below = await stack.sign({});
      await submit(below, null);
      expect(await hasOwnRun(below)).toBe(true);
    } finally {
      await always.close();
    }
  });

  test('while Temporal is away orders are accepted in bulk, and can be read', async () => {
    const alone = await startTestApi(stack, {}, (json) => ({ ...json, temporal: { address: '127.0.0.1:1' } }));
    try {
      const [one, next] = (await signMany(2)) as [SignedOrder, SignedOrder];
      const accepted = await submit(one, 'bulk', alone);
      expect(accepted).toMatchObject({ status: 201, body: { status: 'PENDING' } });
      const seen = await alone.ask<SettlementRecord>('GET', `/v1/settlements/${idOf(one)}`);
      expect(seen).toMatchObject({ status: 200, body: { settlementId: idOf(one) } });
      expect(await submit(next, 'single', alone)).toMatchObject({ status: 503 });
      await allComplete([one]);
    } finally {
      await alone.close();
    }
  });

  test('a lane that is none is refused', async () => {
    expect(await submit(await stack.sign({}), 'express')).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST' } },
    });
  });
});

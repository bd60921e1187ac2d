import { randomUUID } from 'node:crypto';
import type { SignedOrder } from '../../src/domain/order';
import { batchRunIdOf } from '../../src/domain/batch';
import { startTestApi, type TestApi } from '../support/startTestApi';
import { startTestStack, type TestStack } from '../support/testStack';

/** Many orders in one request, through the real API, over a real stack. */
describe('batches through the API', () => {
  let stack: TestStack;
  let api: TestApi;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    await stack.startWorker();
    api = await startTestApi(stack, { maxOpenPerHolder: 30 });
  });
  afterAll(async () => {
    await api.close();
    await stack.close();
  });

  const newBatchId = () => `test-batch-${randomUUID()}`;
  const signMany = (count: number): Promise<SignedOrder[]> =>
    Promise.all(Array.from({ length: count }, () => stack.sign({})));
  const submit = (batchId: string, orders: readonly unknown[], token?: string) =>
    api.ask('POST', '/v1/batches', { body: { batchId, orders }, ...(token === undefined ? {} : { token }) });
  const ended = (batchId: string) => stack.handle(batchRunIdOf(batchId)).result();
  const isUnknown = async (batchId: string) => (await api.ask('GET', `/v1/batches/${batchId}`)).status === 404;

  test('201 with a receipt, then 200 with the same bytes; every one of them is settled, and is itself a settlement', async () => {
    const [batchId, batch] = [newBatchId(), await signMany(25)];
    const first = await submit(batchId, batch);
    expect(first).toMatchObject({ status: 201, body: { batchId, size: 25 } });
    expect(first.headers.get('location')).toBe(`/v1/batches/${batchId}`);
    await ended(batchId);
    expect(await submit(batchId, batch)).toMatchObject({ status: 200, text: first.text });
    const report = await api.ask('GET', `/v1/batches/${batchId}`);
    expect(report).toMatchObject({
      status: 200,
      body: { batchId, size: 25, statuses: { COMPLETED: 25 }, conflicts: 0 },
    });
    const [one] = batch as [SignedOrder];
    expect(await api.ask('POST', '/v1/settlements', { body: one })).toMatchObject({ status: 200 });
    expect(await stack.operationsOf(one.order.settlementId)).toHaveLength(2);
    expect(await submit(batchId, batch.slice(1))).toMatchObject({
      status: 409,
      body: { error: { code: 'IDEMPOTENCY_CONFLICT' } },
    });
  });

  test('one that is wrong is told with its place, and nothing of the batch is written', async () => {
    const [first, second] = (await signMany(2)) as [SignedOrder, SignedOrder];
    const forged = await stack.sign({ signer: 'bob' });
    const fraction = { ...second, order: { ...second.order, amount: '1.5' } };
    for (const [orders, status, code, said] of [
      [[first, forged], 422, 'SIGNATURE_INVALID', 'order 2'],
      [[first, fraction], 422, 'AMOUNT_PRECISION', 'order 2: amount 1.5'],
      [[first, second, first], 400, 'BAD_REQUEST', 'order 3'],
      [[], 400, 'BAD_REQUEST', 'at least one'],
      [[{ ...first, colour: 'red' }], 400, 'BAD_REQUEST', 'colour'],
    ] as const) {
      const batchId = newBatchId();
      const answer = await submit(batchId, orders);
      expect(answer).toMatchObject({ status, body: { error: { code, message: expect.stringContaining(said) } } });
      expect(await isUnknown(batchId)).toBe(true);
    }
    expect(await stack.inLedger(first.order.settlementId)).toBeUndefined();
  });

  test('ids are those of the token, the batch and each of its orders; another token sees nothing of it', async () => {
    const [batchId, batch] = [newBatchId(), await signMany(1)];
    const other = await api.makeToken({ prefix: 'other-' });
    expect(await submit(batchId, batch, other)).toMatchObject({ status: 403 });
    expect(await submit('other-1', batch, other)).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN' } },
    });
    expect(await submit(batchId, batch)).toMatchObject({ status: 201 });
    await ended(batchId);
    expect(await api.ask('GET', `/v1/batches/${batchId}`, { token: other })).toMatchObject({ status: 404 });
  });

  test('a holder has places for all of them, or for none', async () => {
    const [batchId, batch] = [newBatchId(), await signMany(31)];
    expect(await submit(batchId, batch)).toMatchObject({ status: 429, body: { error: { code: 'QUOTA_EXCEEDED' } } });
    expect(await isUnknown(batchId)).toBe(true);
    expect(await submit(batchId, batch.slice(0, 30))).toMatchObject({ status: 201 });
    await ended(batchId);
    expect(await submit(newBatchId(), batch.slice(30))).toMatchObject({ status: 201 });
  });

  test('a body has a bound of its own', async () => {
    const raw = JSON.stringify({ batchId: newBatchId(), orders: [], more: 'x'.repeat(2_200_000) });
    expect(await api.ask('POST', '/v1/batches', { raw })).toMatchObject({
      status: 413,
      body: { error: { code: 'BODY_TOO_LARGE' } },
    });
  });
});

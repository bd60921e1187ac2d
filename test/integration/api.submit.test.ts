import { randomUUID } from 'node:crypto';
import type { SettlementRecord } from '../../src/domain/record';
import { startTestApi, type TestApi } from '../support/startTestApi';
import { startTestStack, type TestStack } from '../support/testStack';

/** Orders through the real API, over a real stack. */
describe('submitting through the API', () => {
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

  const submit = (body: unknown, token?: string) =>
    api.ask<SettlementRecord>('POST', '/v1/settlements', { body, ...(token === undefined ? {} : { token }) });

  test('201 with the record as it was accepted, then 200 with the same bytes, also after it has settled', async () => {
    const signed = await stack.sign({});
    const { settlementId } = signed.order;
    const first = await submit(signed);
    expect(first.status).toBe(201);
    expect(first.headers.get('location')).toBe(`/v1/settlements/${settlementId}`);
    expect(first.body).toMatchObject({ settlementId, status: 'PENDING', amount: '1000000', sourceChain: 'alder' });

    const settled = await stack.client.result(settlementId);
    expect(settled.status).toBe('COMPLETED');
    const again = await submit(signed);
    expect(again.status).toBe(200);
    expect(again.text).toBe(first.text);

    const got = await api.ask('GET', `/v1/settlements/${settlementId}`);
    expect(got.status).toBe(200);
    expect(got.body).toEqual(await stack.inLedger(settlementId));
    expect(Object.keys(got.body).sort()).toEqual(Object.keys(settled).sort());

    // Temporal's retention is over: the ledger and what was kept say the same.
    await stack.forget(settlementId);
    expect((await submit(signed)).text).toBe(first.text);
  });

  test('twenty at once: one 201, nineteen 200, one answer', async () => {
    const signed = await stack.sign({});
    const replies = await Promise.all(Array.from({ length: 20 }, () => submit(signed)));
    expect(replies.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 19 }, () => 200), 201]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    await stack.client.result(signed.order.settlementId);
    expect((await stack.operationsOf(signed.order.settlementId)).map(({ kind }) => kind)).toEqual([0, 2]);
  });

  test('another token sees nothing of it, and cannot take an id of its prefix', async () => {
    const other = await api.makeToken();
    const signed = await stack.sign({ settlementId: `test-${randomUUID()}` });
    const taken = await submit(signed, other);
    expect(taken).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    expect((await submit(signed)).status).toBe(201);
    const path = `/v1/settlements/${signed.order.settlementId}`;
    const hidden = await api.ask('GET', path, { token: other });
    const unknown = await api.ask('GET', `/v1/settlements/test-${randomUUID()}`, { token: other });
    expect([hidden.status, unknown.status]).toEqual([404, 404]);
    expect(hidden.text.replace(signed.order.settlementId, '')).toBe(unknown.text.replace(/test-[0-9a-f-]{36}/, ''));
  });
});

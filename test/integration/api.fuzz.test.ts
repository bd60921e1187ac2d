import { randomUUID } from 'node:crypto';
import { fuzzApi } from '../support/fuzzApi';
import { startTestApi } from '../support/startTestApi';
import { startTestStack } from '../support/testStack';

/** `npm run fuzz:api -- --requests 5000 --seed 1` sends more; each request is made of the seed and its number alone. */
const requests = Number(process.env.API_FUZZ_REQUESTS ?? 500);
const seed = Number(process.env.API_FUZZ_SEED ?? 1);

test(
  'whatever is sent, no error of the server but 503, no stack, and it goes on serving',
  async () => {
    const stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    await stack.startWorker();
    const api = await startTestApi(stack);
    try {
      const sign = () => stack.sign({ settlementId: `test-${randomUUID()}` });
      const orders = await Promise.all(Array.from({ length: 10 }, sign));
      const report = await fuzzApi(api, orders, { requests, seed });
      if (process.env.API_FUZZ_REQUESTS !== undefined) console.error(JSON.stringify(report));
      expect(report.findings).toEqual([]);
      // It reached what it should: accepted ones, refused ones of many kinds.
      const wanted = [200, 201, 400, 401, 404, 413, 415, 422].map(String);
      expect(Object.keys(report.byStatus)).toEqual(expect.arrayContaining(wanted));
      const last = await sign();
      expect((await api.ask('POST', '/v1/settlements', { body: last })).status).toBe(201);
      expect((await stack.client.result(last.order.settlementId)).status).toBe('COMPLETED');
    } finally {
      await api.close();
      await stack.close();
    }
  },
  60_000 + requests * 200,
);

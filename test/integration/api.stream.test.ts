import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Client } from 'pg';
import { startTestApi, type TestApi } from '../support/startTestApi';
import { startTestStack, type TestStack } from '../support/testStack';

interface Told {
  readonly id: number;
  readonly data: { readonly seq: number; readonly status: string; readonly settlementId: string };
}

/** An own small client of server-sent events: what arrives is what was written, in its order. */
async function listen(api: TestApi, settlementId: string, lastEventId?: number) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${api.token}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
    };
    get(`${api.url}/v1/settlements/${settlementId}/events`, { headers, agent: false }, resolve).on('error', reject);
  });
  const events: Told[] = [];
  let text = '';
  const whole: string[] = [];
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    whole.push(chunk);
    const frames = (text + chunk).split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const [, id, data] = /^id: (\d+)\nevent: settlement\ndata: (.*)$/.exec(frame) ?? [];
      if (id !== undefined && data !== undefined)
        events.push({ id: Number(id), data: JSON.parse(data) as Told['data'] });
    }
    response.emit('told');
  });
  response.on('error', () => undefined);
  const ended = once(response, 'close');
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    events: events as readonly Told[],
    text: () => whole.join(''),
    async until(count: number) {
      while (events.length < count) await once(response, 'told');
    },
    ended: () => ended,
    leave: () => response.destroy(),
    pause: () => response.pause(),
  };
}

describe("a settlement's events as a stream", () => {
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

  const start = async (recipient: 'bob' | 'mallory' = 'bob') => {
    const signed = await stack.sign({ settlementId: `test-${randomUUID()}`, recipient });
    expect((await api.ask('POST', '/v1/settlements', { body: signed })).status).toBe(201);
    return signed.order.settlementId;
  };
  const forward = ['PENDING', 'PROCESSING', 'BURNING', 'BURNED', 'MINTING', 'MINTED', 'COMPLETED'];
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  test('tells all of it as it happens, in order, and ends with it; who has all is told so', async () => {
    const settlementId = await start();
    const stream = await listen(api, settlementId);
    expect([stream.status, stream.type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await stream.ended();
    expect([...new Set(stream.events.map(({ data }) => data.status))]).toEqual(forward);
    expect(stream.events.map(({ id }) => id)).toEqual(upTo(stream.events.length));
    expect(stream.text()).not.toMatch(/runId|fence|epoch/);
    expect((await listen(api, settlementId, stream.events.length)).status).toBe(204);
    for (const bad of [-1, 1.5]) expect((await listen(api, settlementId, bad)).status).toBe(400);
  });

  test('whoever is cut off again and again resumes without a gap and without a double', async () => {
    const settlementId = await start('mallory');
    const seen: number[] = [];
    for (;;) {
      const stream = await listen(api, settlementId, seen.at(-1) ?? 0);
      if (stream.status === 204) break;
      await Promise.race([stream.until(1), stream.ended()]);
      const [first] = stream.events;
      stream.leave(); // in the middle of what was coming
      if (first) seen.push(first.id);
    }
    const whole = await listen(api, settlementId);
    await whole.ended();
    expect(seen).toEqual(whole.events.map(({ id }) => id));
    expect(whole.events.at(-1)?.data.status).toBe('FAILED');

    // A retry goes on in the same numbers.
    expect((await api.ask('POST', `/v1/settlements/${settlementId}/retry`)).status).toBe(200);
    await stack.client.result(settlementId);
    const more = await listen(api, settlementId, seen.at(-1));
    await more.ended();
    expect(more.events[0]).toMatchObject({ id: seen.length + 1, data: { status: 'PROCESSING' } });
  });

  test('many clients of one settlement are each told all of it; places are bounded, and given back', async () => {
    await stack.alder.pauseNew(true);
    const small = await startTestApi(stack, { maxStreams: 40 });
    try {
      const settlementId = await start();
      const streams = await Promise.all(Array.from({ length: 20 }, () => listen(small, settlementId)));
      const tooMany = await listen(small, settlementId);
      expect(tooMany.status).toBe(503);
      streams[0]?.leave();
      await stack.until(async () => {
        const again = await listen(small, settlementId);
        if (again.status === 200) streams[0] = again;
        return again.status === 200;
      });
      await stack.alder.pauseNew(false);
      await Promise.all(streams.map((stream) => stream.ended()));
      const told = streams.map(({ events }) => JSON.stringify(events));
      expect(new Set(told).size).toBe(1);
      expect(streams[0]?.events.at(-1)?.data.status).toBe('COMPLETED');
    } finally {
      await stack.alder.pauseNew(false);
      await small.close();
    }
  });

  test('a server that stops ends its streams with a hint, and answers what is under way', async () => {
    await stack.alder.pauseNew(true);
    const stopping = await startTestApi(stack);
    try {
      const settlementId = await start();
      const stream = await listen(stopping, settlementId);
      await stream.until(1);
      // A request that cannot be answered before the server was told to stop.
      const database = new Client(stack.databaseUrl);
      await database.connect();
      await database.query('begin; lock table api.tokens in access exclusive mode');
      const asked = stopping.ask('GET', `/v1/settlements/${settlementId}`);
      await stack.until(async () => {
        const { rows } = await database.query('select 1 from pg_locks where not granted');
        return rows.length > 0;
      });
      const closed = stopping.close();
      await stream.ended();
      await database.query('rollback');
      await database.end();
      expect((await asked).status).toBe(200);
      const answeredAtMs = Date.now();
      await closed;
      // No kept connection holds it up.
      expect(Date.now() - answeredAtMs).toBeLessThan(5_000);
      expect(stream.text()).toMatch(/retry: \d+\n\n$/);
      await expect(stopping.ask('GET', '/healthz')).rejects.toThrow();
      // Elsewhere it goes on where it was.
      await stack.alder.pauseNew(false);
      const rest = await listen(api, settlementId, stream.events.length);
      await rest.ended();
      const ids = [...stream.events, ...rest.events].map(({ id }) => id);
      expect(ids).toEqual(upTo(ids.length));
    } finally {
      await stack.alder.pauseNew(false);
    }
  });
});

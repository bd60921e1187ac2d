import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import type { EventListener, EventTail } from '../../../src/api/createEventTail';
import { createStreams } from '../../../src/api/createStreams';
import type { LedgerEvent } from '../../../src/ledger/api/ledgerEvent';
import type { NewEvent } from '../../../src/ledger/api/newEvents';
import type { SettlementStatus } from '../../../src/domain/status';

/** Orders of things that a real ledger brings about too rarely: so the tail and the ledger are mocks here. HTTP is real. */

function eventOf(seq: number, status: SettlementStatus = 'PROCESSING', errorMessage: string | null = null): NewEvent {
  const nothing = { burnTxHash: null, mintTxHash: null, refundTxHash: null, errorCode: null };
  const flags = { compensated: false, needsOperator: false };
  const at = '2026-01-01T00:00:00.000Z';
  return {
    settlementId: 'a-1',
    seq,
    from: null,
    status,
    attempt: 0,
    ...nothing,
    ...flags,
    errorMessage,
    at,
    id: BigInt(seq),
    hash: '',
  };
}

async function openStream(eventsOf: (settlementId: string, after: number) => Promise<readonly LedgerEvent[]>) {
  let tell: EventListener = () => undefined;
  const tail: EventTail = {
    ready: async () => undefined,
    listen: (_, listener) => ((tell = listener), () => undefined),
    close: async () => undefined,
  };
  const streams = createStreams(tail, { eventsOf }, { maxStreams: 10 }, pino({ level: 'silent' }));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  const answered = new Promise<IncomingMessage>((resolve) => {
    get({ port: (server.address() as AddressInfo).port, agent: false }, resolve);
  });
  const [, response] = await asked;
  response.writeHead(200);
  response.flushHeaders();
  const client = await answered;
  client.on('error', () => undefined);
  const opened = streams.admit('token').open(response, { tokenId: 'token', settlementId: 'a-1', after: 0 });
  return {
    client,
    response,
    opened,
    tell: (event: NewEvent | null) => tell(event),
    /** Every id that came until the stream ended. */
    async ids() {
      let text = '';
      for await (const chunk of client) text += String(chunk);
      return [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    },
    async close() {
      await streams.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

test('an event that comes while the past is read, and is not in what was read, is not lost', async () => {
  let read: () => void = () => undefined;
  const isRead = new Promise<void>((resolve) => (read = resolve));
  let asked = 0;
  const stream = await openStream(async (_, after) => {
    asked += 1;
    if (asked > 1) return [eventOf(1), eventOf(2), eventOf(3, 'COMPLETED')].filter(({ seq }) => seq > after);
    await isRead; // it shows what there was before
    return [eventOf(1), eventOf(2)];
  });
  stream.tell(eventOf(3, 'COMPLETED'));
  read();
  expect(await stream.ids()).toEqual([1, 2, 3]);
  await stream.close();
});

test('an event that comes twice is told once; one that follows a gap brings what is missing first', async () => {
  const all = [eventOf(1), eventOf(2), eventOf(3), eventOf(4, 'COMPLETED')];
  let known = 1;
  const stream = await openStream(async (_, after) => all.slice(0, known).filter(({ seq }) => seq > after));
  await stream.opened;
  stream.tell(eventOf(1));
  stream.tell(eventOf(2));
  stream.tell(eventOf(2));
  known = 4;
  stream.tell(eventOf(4, 'COMPLETED')); // 3 never came
  expect(await stream.ids()).toEqual([1, 2, 3, 4]);
  await stream.close();
});

test('a FAILED that was retried since does not end it; the last one does', async () => {
  const past = [eventOf(1), eventOf(2, 'FAILED'), eventOf(3, 'PROCESSING')];
  const stream = await openStream(async (_, after) => past.filter(({ seq }) => seq > after));
  await stream.opened;
  stream.tell(eventOf(4, 'FAILED'));
  expect(await stream.ids()).toEqual([1, 2, 3, 4]);
  await stream.close();
});

test('a client that does not read is cut off at a bounded buffer', async () => {
  const stream = await openStream(async () => []);
  await stream.opened;
  stream.client.pause();
  const cut = once(stream.response, 'close');
  const long = 'x'.repeat(10_000);
  let seq = 0;
  // So many that no socket's own buffers hold them.
  while (!stream.response.destroyed && seq < 5_000) {
    stream.tell(eventOf((seq += 1), 'PROCESSING', long));
    if (seq % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(stream.response.writableLength).toBeLessThan(200_000);
  }
  await cut;
  expect(seq).toBeLessThan(5_000);
  await stream.close();
});

test('a ledger that was restored ends it: the client begins anew', async () => {
  const stream = await openStream(async () => [eventOf(1)]);
  await stream.opened;
  stream.tell(null);
  expect(await stream.ids()).toEqual([1]);
  await stream.close();
});

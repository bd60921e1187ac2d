import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver on this machine; what it answers is the test's to say, 204 unless it does. */
export async function createWebhookReceiver(answerOf: (nth: number) => number = () => 204) {
  const received: ReceivedWebhook[] = [];
  const news = new EventEmitter();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      const status = answerOf(received.length);
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
      news.emit('received');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: received as readonly ReceivedWebhook[],
    /** Resolves when so many have come. */
    async until(count: number): Promise<void> {
      while (received.length < count) await once(news, 'received');
    },
    close() {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

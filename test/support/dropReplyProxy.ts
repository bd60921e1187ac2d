import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a chain's RPC only because the fault must be injected: forwards everything, loses the replies it is told to. */
export interface DropReplyProxy {
  readonly url: string;
  readonly dropped: number;
  /** The request is forwarded and done; its first `times` replies never arrive. */
  dropRepliesTo(method: string, times?: number): void;
  close(): Promise<void>;
}

export async function createDropReplyProxy(target: string): Promise<DropReplyProxy> {
  const toDrop = new Map<string, number>();
  let dropped = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { method } = JSON.parse(body) as { method: string };
      fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
        .then(async (reply) => {
          const text = await reply.text();
          const left = toDrop.get(method) ?? 0;
          if (left > 0) {
            toDrop.set(method, left - 1);
            dropped += 1;
            request.socket.destroy();
            return;
          }
          response.writeHead(reply.status, { 'content-type': 'application/json' }).end(text);
        })
        .catch(() => request.socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get dropped() {
      return dropped;
    },
    dropRepliesTo(method, times = 1) {
      toDrop.set(method, times);
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event as PagerDuty's Events API v2 takes it. */
export interface ReceivedEvent {
  readonly routing_key: string;
  readonly event_action: string;
  readonly dedup_key: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly href: string }[];
}

/** A receiver of alerts on this machine. It takes none before it was asked so many times. */
export async function createAlertReceiver(refuseFirst: number, refuseWith = 503) {
  const events: ReceivedEvent[] = [];
  const state = { asked: 0, refusesUntil: refuseFirst };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      state.asked += 1;
      const taken = state.asked > state.refusesUntil;
      if (taken) events.push(JSON.parse(Buffer.concat(chunks).toString()) as ReceivedEvent);
      response.writeHead(taken ? 202 : refuseWith, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v2/enqueue`,
    events: events as readonly ReceivedEvent[],
    asked: () => state.asked,
    /** As many as it is asked for from now on. */
    refuseNext: (count: number) => void (state.refusesUntil = state.asked + count),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export type AlertReceiver = Awaited<ReturnType<typeof createAlertReceiver>>;

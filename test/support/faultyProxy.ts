import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a broken endpoint does with a request instead of forwarding it. */
export type Fault =
  | { readonly kind: 'none' }
  /** The connection is cut; nothing was forwarded. */
  | { readonly kind: 'cut' }
  /** It is forwarded and done, the reply never comes. */
  | { readonly kind: 'cutReply' }
  | { readonly kind: 'hang' }
  /** It waits until the proxy is told something else. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'say'; readonly status: number; readonly body: string }
  /** The node's reply, spoiled. */
  | { readonly kind: 'spoil'; readonly spoil: (reply: string) => string }
  /** Well-formed answers, and not the truth. */
  | { readonly kind: 'lie'; readonly lie: (call: RpcCall, truth: unknown) => unknown }
  /** Calls of this method, which come alone, are answered and never forwarded. */
  | { readonly kind: 'swallow'; readonly method: string; readonly result: unknown };

export interface RpcCall {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** viem leaves parameters out where there are none. */
const emptyCall = { params: [] };

/** A real node behind a link that fails as it is told to; counts what comes through. */
export interface FaultyProxy {
  readonly url: string;
  /** HTTP requests that arrived, whatever became of them. */
  readonly requests: number;
  /** The methods of the calls in them, in order. */
  readonly methods: readonly string[];
  /** The most HTTP requests that were under way at once. */
  readonly mostAtOnce: number;
  be(fault: Fault): void;
  reset(): void;
  close(): Promise<void>;
}

export async function createFaultyProxy(target: string): Promise<FaultyProxy> {
  let fault: Fault = { kind: 'none' };
  let requests = 0;
  let underWay = 0;
  let mostAtOnce = 0;
  let methods: string[] = [];
  const held: (() => void)[] = [];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    requests += 1;
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    response.once('close', () => (underWay -= 1));
    const calls = [JSON.parse(body) as RpcCall | RpcCall[]].flat().map((call) => ({ ...emptyCall, ...call }));
    methods.push(...calls.map(({ method }) => method));
    if (fault.kind === 'hold') await new Promise<void>((resolve) => held.push(resolve));
    if (fault.kind === 'hang') return;
    if (fault.kind === 'cut') return void request.socket.destroy();
    if (fault.kind === 'say') return void response.writeHead(fault.status).end(fault.body);
    const headers = { 'content-type': 'application/json' };
    if (fault.kind === 'swallow' && calls[0]?.method === fault.method) {
      const { result } = fault;
      return void response.writeHead(200, headers).end(JSON.stringify({ jsonrpc: '2.0', id: calls[0].id, result }));
    }
    const reply = await fetch(target, { method: 'POST', headers, body });
    const text = await reply.text();
    const now = fault as Fault; // may have changed meanwhile
    if (now.kind === 'cutReply') return void request.socket.destroy();
    if (now.kind === 'lie') return void response.writeHead(200, headers).end(await lies(now.lie, calls, text));
    response.writeHead(reply.status, headers).end(now.kind === 'spoil' ? now.spoil(text) : text);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    get methods() {
      return methods;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    be(next) {
      fault = next;
      for (const release of held.splice(0)) release();
    },
    reset() {
      [requests, mostAtOnce, methods] = [0, 0, []];
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function lies(
  lie: (call: RpcCall, truth: unknown) => unknown,
  calls: readonly RpcCall[],
  text: string,
): Promise<string> {
  const reply = JSON.parse(text) as { id: number; result?: unknown } | { id: number; result?: unknown }[];
  const told = await Promise.all(
    [reply].flat().map(async (one) => {
      const call = calls.find(({ id }) => id === one.id);
      return call && one.result !== undefined ? { ...one, result: await lie(call, one.result) } : one;
    }),
  );
  return JSON.stringify(Array.isArray(reply) ? told : told[0]);
}

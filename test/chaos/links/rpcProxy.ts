import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface RpcAsked {
  readonly id: number | string;
  readonly method: string;
  readonly params?: readonly unknown[];
}
type RpcAnswer = Readonly<Record<string, unknown>> & { readonly id: number | string };

/** What is wrong with the link to a node; each counts as a hit where it takes effect. */
export type RpcFault =
  | { readonly kind: 'none' }
  /** Nothing is forwarded, the connection is cut. */
  | { readonly kind: 'dead' }
  | { readonly kind: 'delay'; readonly everyNth: number; readonly ms: number }
  /** Forwarded and done; the answer to a request with this method never arrives. */
  | { readonly kind: 'dropAnswer'; readonly method: string }
  | { readonly kind: 'say'; readonly everyNth: number; readonly status: number; readonly body: string }
  | { readonly kind: 'spoil'; readonly everyNth: number; readonly spoil: (answer: string) => string }
  /** Another result for one call, or undefined for the node's own. */
  | { readonly kind: 'lie'; readonly lie: (asked: RpcAsked, result: unknown) => unknown };

/** Stands before a chain's RPC, for all that workers ask of it. */
export interface RpcProxy {
  readonly url: string;
  /** Of the fault that is on, or was last. */
  readonly hits: number;
  be(fault: RpcFault): void;
  close(): Promise<void>;
}

export async function createRpcProxy(target: string): Promise<RpcProxy> {
  let fault: RpcFault = { kind: 'none' };
  let hits = 0;
  let requests = 0;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    requests += 1;
    const now = fault;
    const isHit = 'everyNth' in now && requests % now.everyNth === 0;
    if (isHit) hits += 1;
    if (now.kind === 'dead') {
      hits += 1;
      return void request.socket.destroy();
    }
    if (now.kind === 'say' && isHit) return void response.writeHead(now.status).end(now.body);
    if (now.kind === 'delay' && isHit) await new Promise((resolve) => setTimeout(resolve, now.ms));
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(target, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) });
    const text = await reply.text();
    if (now.kind === 'dropAnswer' && body.includes(`"${now.method}"`)) {
      hits += 1;
      return void request.socket.destroy();
    }
    response.writeHead(reply.status, headers).end(spoiled(now, isHit, body, text));
  }

  function spoiled(now: RpcFault, isHit: boolean, body: string, text: string): string {
    if (now.kind === 'spoil') return isHit ? now.spoil(text) : text;
    if (now.kind !== 'lie') return text;
    const asked = [JSON.parse(body) as RpcAsked | RpcAsked[]].flat();
    const answers = JSON.parse(text) as RpcAnswer | RpcAnswer[];
    const bent = [answers].flat().map((answer) => {
      const question = asked.find(({ id }) => id === answer.id);
      const result = question && 'result' in answer ? now.lie(question, answer.result) : undefined;
      if (result === undefined) return answer;
      hits += 1;
      return { ...answer, result };
    });
    return JSON.stringify(Array.isArray(answers) ? bent : bent[0]);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get hits() {
      return hits;
    },
    be(next) {
      if (next.kind !== 'none') hits = 0;
      fault = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

import { chunk } from 'es-toolkit/array';

/** One JSON-RPC call and the raw answer it gets; quantities stay hex. */
export interface RpcRequest {
  readonly method: string;
  readonly params: readonly unknown[];
}

const mostInOneBatch = 100;
const answerWithinMs = 30_000;

/** Asks a node many things in few requests; answers in the order of the questions. */
export async function rpcBatch<T>(rpcUrl: string, requests: readonly RpcRequest[]): Promise<T[]> {
  const answers: T[] = [];
  for (const some of chunk(requests, mostInOneBatch)) answers.push(...(await askBatch<T>(rpcUrl, some)));
  return answers;
}

export async function rpc<T>(rpcUrl: string, method: string, params: readonly unknown[]): Promise<T> {
  const [answer] = await askBatch<T>(rpcUrl, [{ method, params }]);
  return answer as T;
}

async function askBatch<T>(rpcUrl: string, requests: readonly RpcRequest[]): Promise<T[]> {
  const response = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(requests.map((request, id) => ({ jsonrpc: '2.0', id, ...request }))),
    signal: AbortSignal.timeout(answerWithinMs),
  });
  const answers = (await response.json()) as readonly { id: number; result?: T; error?: { message: string } }[];
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  return requests.map(({ method }, id) => {
    const answer = byId.get(id);
    if (!answer || answer.error) throw new Error(`${method}: ${answer?.error?.message ?? 'no answer'}`);
    return answer.result as T;
  });
}

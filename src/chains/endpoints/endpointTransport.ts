import { BaseError, RpcRequestError, createTransport, type Transport } from 'viem';
import { classifySendError } from '../classifySendError';
import type { Endpoint, EndpointTuning, RpcRequest } from './endpoint';

/** `null` from these is "not here (yet)": another endpoint may know the block. */
const blockReads = new Set(['eth_getBlockByHash', 'eth_getBlockByNumber']);

/**
 * All endpoints of one chain as one viem transport: each request goes to the healthiest and, where that gives no answer, to the
 * next, every endpoint at most once. None is used before it was seen to be of this chain.
 */
export function endpointTransport(
  endpoints: readonly Endpoint[],
  chainId: number,
  tuning: EndpointTuning,
): Transport<'endpoints'> {
  let lookedAt = 0;

  /** Not waited for: whoever came back or fell behind counts from the next request on. */
  function lookAround(): void {
    if (endpoints.length === 1 || Date.now() - lookedAt < tuning.lookEveryMs) return;
    lookedAt = Date.now();
    for (const endpoint of endpoints) void endpoint.prove();
  }

  async function ask(request: RpcRequest): Promise<unknown> {
    lookAround();
    const left = new Set(endpoints);
    let failure: unknown;
    let isMissing = false;
    while (left.size > 0) {
      const endpoint = healthiest(left, tuning) ?? (isMissing ? undefined : await firstProven(left, tuning));
      if (!endpoint) break;
      left.delete(endpoint);
      try {
        const result = await endpoint.request(request);
        if (result !== null || !blockReads.has(request.method)) return result;
        isMissing = true;
      } catch (error) {
        if (isAnswer(request, error)) throw error;
        failure = error;
      }
    }
    if (isMissing) return null;
    throw failure ?? noneLeft(endpoints, chainId);
  }

  return () =>
    createTransport({
      key: 'endpoints',
      name: 'RPC endpoints',
      type: 'endpoints',
      retryCount: 0,
      request: ask as Parameters<typeof createTransport>[0]['request'],
    });
}

/** In order of health: no failure lately, not behind the others, and then as configured. */
function healthiest(endpoints: Iterable<Endpoint>, { mostBlocksBehind }: EndpointTuning): Endpoint | undefined {
  const proven = [...endpoints].map((endpoint) => ({ endpoint, ...endpoint.state() })).filter((one) => one.proven);
  const highest = proven.reduce((most, { headNumber }) => ((headNumber ?? 0n) > most ? (headNumber ?? 0n) : most), 0n);
  const penalty = ({ failuresInARow, headNumber }: (typeof proven)[number]): number =>
    (failuresInARow > 0 ? 2 : 0) + (highest - (headNumber ?? 0n) > mostBlocksBehind ? 1 : 0);
  // The sort is stable.
  return proven.sort((a, b) => penalty(a) - penalty(b))[0]?.endpoint;
}

/** The first that proves to be of this chain: one that hangs must not hold up one that answers. */
async function firstProven(endpoints: ReadonlySet<Endpoint>, tuning: EndpointTuning): Promise<Endpoint | undefined> {
  const proofs = [...endpoints].map(async (endpoint) => {
    if (!(await endpoint.prove())) throw new Error('not proven');
  });
  await Promise.any(proofs).catch(() => undefined);
  return healthiest(endpoints, tuning);
}

/**
 * Whether the node has spoken on the matter, so that another would say the same: a revert of a read, a refusal of a send whose
 * wording is known. All else (a busy node, one that lacks a block or a method) is worth asking the next; reads and the same
 * signed bytes may be asked twice.
 */
function isAnswer({ method }: RpcRequest, error: unknown): boolean {
  if (method === 'eth_sendRawTransaction') return classifySendError(error) !== 'unknown';
  if (!(error instanceof BaseError)) return false;
  const refusal = error.walk((cause) => cause instanceof RpcRequestError);
  return refusal instanceof RpcRequestError && (refusal.code === 3 || /revert/i.test(refusal.details));
}

function noneLeft(endpoints: readonly Endpoint[], chainId: number): unknown {
  const foreign = endpoints.map((endpoint) => endpoint.state()).find((state) => (state.chainId ?? chainId) !== chainId);
  if (foreign) return new BaseError(`${foreign.host} answers for chain ${foreign.chainId ?? ''}, not ${chainId}`);
  const errors = endpoints.map((endpoint) => endpoint.lastError());
  return errors.find((error) => error !== undefined) ?? new BaseError('no endpoint answered');
}

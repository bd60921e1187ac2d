import { BaseError } from 'viem';
import type { Ask, Endpoint, EndpointTuning } from './endpoint';
import { isAnswer } from './isAnswer';
import { rankEndpoints } from './rankEndpoints';

/** `null` from these is "not here (yet)": another endpoint may know the block. */
const blockReads = new Set(['eth_getBlockByHash', 'eth_getBlockByNumber']);

/**
 * One answer is believed: each request goes to the healthiest and, where that gives no answer, to the next, every endpoint at most
 * once. None is used before it was seen to be of this chain.
 */
export function createFailover(endpoints: readonly Endpoint[], chainId: number, tuning: EndpointTuning): Ask {
  return async (request) => {
    const left = new Set(endpoints);
    let failure: unknown;
    let isMissing = false;
    while (left.size > 0) {
      const endpoint = rankEndpoints(left, tuning)[0] ?? (isMissing ? undefined : await firstProven(left, tuning));
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
  };
}

/** The first that proves to be of this chain: one that hangs must not hold up one that answers. */
async function firstProven(endpoints: ReadonlySet<Endpoint>, tuning: EndpointTuning): Promise<Endpoint | undefined> {
  const proofs = [...endpoints].map(async (endpoint) => {
    if (!(await endpoint.prove())) throw new Error('not proven');
  });
  await Promise.any(proofs).catch(() => undefined);
  return rankEndpoints(endpoints, tuning)[0];
}

function noneLeft(endpoints: readonly Endpoint[], chainId: number): unknown {
  const states = endpoints.map((endpoint) => endpoint.state());
  const foreign = states.find((state) => (state.chainId ?? chainId) !== chainId);
  if (foreign) return new BaseError(`${foreign.host} answers for chain ${foreign.chainId ?? ''}, not ${chainId}`);
  const changed = states.find(({ gatewayCode }) => gatewayCode === 'other' || gatewayCode === 'none');
  if (changed) return new BaseError(`${changed.host} has not the gateway's code that was there at start`);
  const errors = endpoints.map((endpoint) => endpoint.lastError());
  return errors.find((error) => error !== undefined) ?? new BaseError('no endpoint answered');
}

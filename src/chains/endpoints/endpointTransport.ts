import { createTransport, type Transport } from 'viem';
import { createFailover } from './createFailover';
import { createQuorum } from './createQuorum';
import type { Ask, Endpoint, EndpointTuning } from './endpoint';

export interface TransportParts {
  readonly endpoints: readonly Endpoint[];
  readonly chainId: number;
  /** So many endpoints must say the same; 1: one answer is believed. */
  readonly quorum: number;
  readonly tuning: EndpointTuning;
}

/** All endpoints of one chain as one viem transport. */
export function endpointTransport({ endpoints, chainId, quorum, tuning }: TransportParts): Transport<'endpoints'> {
  const failover = createFailover(endpoints, chainId, tuning);
  const ask = quorum === 1 ? failover : createQuorum({ endpoints, quorum, chainId, tuning, failover });
  let lookedAt = 0;

  /** Not waited for: whoever came back or fell behind counts from the next request on. */
  function lookAround(): void {
    if (endpoints.length === 1 || Date.now() - lookedAt < tuning.lookEveryMs) return;
    lookedAt = Date.now();
    for (const endpoint of endpoints) void endpoint.prove();
  }

  const request: Ask = (asked) => {
    lookAround();
    return ask(asked);
  };
  return () =>
    createTransport({
      key: 'endpoints',
      name: 'RPC endpoints',
      type: 'endpoints',
      retryCount: 0,
      request: request as Parameters<typeof createTransport>[0]['request'],
    });
}

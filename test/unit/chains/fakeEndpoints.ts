import { BaseError } from 'viem';
import {
  defaultTuning,
  type Endpoint,
  type EndpointState,
  type RpcRequest,
} from '../../../src/chains/endpoints/endpoint';

/** What an endpoint answers to a request; what it throws is no answer, unless it is a revert. */
export type Say = (request: RpcRequest) => unknown;

export interface FakeEndpoint extends Endpoint {
  readonly asked: readonly RpcRequest[];
  readonly told: readonly string[];
  /** Away: it gives no answer, and does not prove what it is. */
  be(state: 'away' | 'there'): void;
}

export const tuning = { ...defaultTuning, lookEveryMs: 3_600_000 };

export function fakeEndpoint(name: string, say: Say): FakeEndpoint {
  const asked: RpcRequest[] = [];
  const told: string[] = [];
  let isAway = false;
  let proven = true;
  return {
    asked,
    told,
    state: (): EndpointState => ({
      host: name,
      breaker: 'closed',
      chainId: 31_337,
      proven,
      headNumber: 10n,
      failuresInARow: 0,
      gatewayCode: 'unchecked',
      disagreed: told.length,
      disagreedAtMs: told.length > 0 ? Date.now() : null,
    }),
    prove: async () => (proven = !isAway),
    lastError: () => undefined,
    async request(request) {
      await new Promise(setImmediate);
      asked.push(request);
      if (isAway) {
        proven = false;
        throw new BaseError('connection refused');
      }
      return say(request);
    },
    disagree: (what) => void told.push(what),
    doubt: () => void (proven = false),
    be(state) {
      isAway = state === 'away';
      if (isAway) proven = false;
    },
  };
}

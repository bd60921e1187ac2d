import {
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  circuitBreaker,
  handleAll,
  type CircuitBreakerPolicy,
  type IPolicy,
} from 'cockatiel';
import { Agent, request } from 'undici';
import { hexToBigInt, hexToNumber, http, type Address, type Hex, type HttpTransportConfig } from 'viem';
import { answersAll } from './answersAll';
import type { Disagreement, Endpoint, EndpointState, EndpointTuning } from './endpoint';

/** Providers refuse batches above some hundred. */
const mostRequestsInABatch = 100;
const longestOpenMs = 60_000;

export interface EndpointParts {
  readonly url: string;
  /** The chain it must answer for. */
  readonly chainId: number;
  readonly timeoutMs: number;
  /** The chain's bound on requests under way. */
  readonly bulkhead: IPolicy;
  readonly tuning: EndpointTuning;
  readonly gateway: Address;
  /** The gateway's code as it was when the program started; null until it was read. */
  readonly expectedCode: () => Hex | null;
  /** Called when it may not be used any more until it has proved again what it is. */
  readonly onLost: () => void;
  readonly onDisagreement: (disagreement: Disagreement) => void;
}

interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * One RPC endpoint over HTTP. Reads of one tick travel as one JSON-RPC batch. Its circuit breaker counts HTTP requests, not
 * calls, or one lost batch would open it; what a node says no to is an answer and counts as none.
 */
export function createEndpoint(parts: EndpointParts): Endpoint {
  const { url, chainId, timeoutMs, bulkhead, tuning } = parts;
  const { host } = new URL(url);
  const breaker = createBreaker(tuning);
  let seenChainId: number | null = null;
  let headNumber: bigint | null = null;
  let proven = false;
  let failuresInARow = 0;
  let lastError: unknown;
  let looking: Promise<boolean> | null = null;
  let gatewayCode: EndpointState['gatewayCode'] = 'unchecked';
  let disagreed = 0;
  let disagreedAtMs: number | null = null;

  breaker.onSuccess(() => (failuresInARow = 0));
  breaker.onFailure(({ reason }) => {
    failuresInARow += 1;
    // Behind a connection that failed another node may answer next; behind a busy one it is the same.
    if (!('error' in reason) || !proven) return;
    proven = false;
    parts.onLost();
  });

  const fetchFn: HttpTransportConfig['fetchFn'] = async (input, init) => {
    const { status, contentType, body } = await bulkhead.execute(() =>
      breaker.execute(() => post(input, init, timeoutMs)),
    );
    return new Response(body === '' ? null : body, { status, headers: { 'content-type': contentType } });
  };
  // No timeout of viem's: it would count the wait for the bulkhead. No retry: Temporal's and the watcher's are enough.
  const config = { fetchFn, timeout: 0, retryCount: 0 };
  const reads = http(url, { ...config, batch: { batchSize: mostRequestsInABatch } })({ retryCount: 0, timeout: 0 });
  // A send goes alone: a node may run the calls of a batch side by side, and a batch's reply is lost as a whole.
  const sends = http(url, config)({ retryCount: 0, timeout: 0 });

  async function look(): Promise<boolean> {
    // One that is in use shows by its answers what it is; one that was away may be another node.
    const expected = proven ? null : parts.expectedCode();
    try {
      const [id, head, code] = await Promise.all([
        reads.request({ method: 'eth_chainId' }),
        reads.request({ method: 'eth_blockNumber' }),
        expected && reads.request({ method: 'eth_getCode', params: [parts.gateway, 'latest'] }),
      ]);
      seenChainId = hexToNumber(id as Hex);
      headNumber = hexToBigInt(head as Hex);
      if (expected) gatewayCode = code === expected ? 'same' : code === '0x' ? 'none' : 'other';
      proven = seenChainId === chainId && (expected === null || gatewayCode === 'same');
    } catch (error) {
      lastError = error;
    }
    return proven;
  }

  return {
    state: () => ({
      host,
      breaker: stateNames[breaker.state],
      chainId: seenChainId,
      proven,
      headNumber,
      failuresInARow,
      gatewayCode,
      disagreed,
      disagreedAtMs,
    }),
    lastError: () => lastError,
    prove() {
      looking ??= look().finally(() => (looking = null));
      return looking;
    },
    async request(request) {
      const transport = request.method === 'eth_sendRawTransaction' ? sends : reads;
      try {
        return await transport.request(request);
      } catch (error) {
        lastError = error;
        throw error;
      }
    },
    disagree(what) {
      const now = Date.now();
      const isNews = disagreedAtMs === null || now - disagreedAtMs > tuning.mistrustMs;
      disagreed += 1;
      disagreedAtMs = now;
      if (isNews) parts.onDisagreement({ host, what });
    },
    doubt: () => void (proven = false),
  };
}

const stateNames: Readonly<Record<CircuitState, EndpointState['breaker']>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'halfOpen',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
};

function createBreaker(tuning: EndpointTuning): CircuitBreakerPolicy {
  const isBusy = (answer: unknown): boolean => {
    const { status } = answer as HttpAnswer;
    return status === 429 || status >= 500;
  };
  return circuitBreaker(handleAll.orWhenResult(isBusy), {
    breaker: new ConsecutiveBreaker(tuning.failuresToOpen),
    halfOpenAfter: new ExponentialBackoff({ initialDelay: tuning.halfOpenAfterMs, maxDelay: longestOpenMs }),
  });
}

const connections = new Agent();

/** @throws Error when the connection fails, the time is over, or what came is no answer to what was asked */
async function post(input: string | URL | Request, init: RequestInit = {}, timeoutMs: number): Promise<HttpAnswer> {
  const asked = typeof init.body === 'string' ? init.body : ''; // viem's always is one
  // Not fetch: its streams and signals cost a third of a millisecond of processor time each time.
  const {
    statusCode: status,
    headers,
    body,
  } = await request(input instanceof Request ? input.url : input, {
    method: 'POST',
    headers: init.headers as Record<string, string>, // and so are these a plain object
    body: asked,
    dispatcher: connections,
    signal: AbortSignal.timeout(timeoutMs),
  });
  const answer: HttpAnswer = { status, contentType: String(headers['content-type'] ?? ''), body: await body.text() };
  if (status >= 200 && status < 300 && !answersAll(asked, answer.body))
    throw new Error('not an answer to what was asked');
  return answer;
}

/** One RPC endpoint as metrics and a start-up check see it. */
export interface EndpointState {
  /** Host and port alone: paths and queries of RPC URLs often hold API keys. */
  readonly host: string;
  /** Open: nothing is sent there until it was left alone for a while; then one request tries it. */
  readonly breaker: 'closed' | 'halfOpen' | 'open';
  /** The chain it answered for last; null before its first answer. */
  readonly chainId: number | null;
  /** It answered for the configured chain, and no connection to it failed since: only then is it used. */
  readonly proven: boolean;
  /** Its head when it was last looked at. */
  readonly headNumber: bigint | null;
  readonly failuresInARow: number;
  /** Whether it has the gateway's code that the worker started with; looked at whenever it comes back. */
  readonly gatewayCode: 'unchecked' | 'same' | 'other' | 'none';
  /** How often it contradicted what a quorum agreed on. */
  readonly disagreed: number;
  /** When it did so last, in Unix milliseconds. */
  readonly disagreedAtMs: number | null;
}

/** One endpoint said something else than a quorum of them. */
export interface Disagreement {
  readonly host: string;
  /** What was asked, what it said, and what the others did. */
  readonly what: string;
}

export interface RpcRequest {
  readonly method: string;
  readonly params?: unknown;
}

export interface Endpoint {
  state(): EndpointState;
  /** Asks for its chain and its head; never rejects. True when it may be used. One look at a time, whoever asks. */
  prove(): Promise<boolean>;
  /** What it last failed with, for a message when no endpoint is left. */
  lastError(): unknown;
  request(request: RpcRequest): Promise<unknown>;
  /** It contradicted a quorum. */
  disagree(what: string): void;
  /** It is not used before it was proven anew. */
  doubt(): void;
}

/** Answers one request, whichever endpoints it takes. */
export type Ask = (request: RpcRequest) => Promise<unknown>;

/** How endpoints are judged. The defaults hold for nodes on the internet; tests are less patient. */
export interface EndpointTuning {
  readonly failuresToOpen: number;
  /** The first time a breaker stays open; each failed try doubles it, up to a minute. */
  readonly halfOpenAfterMs: number;
  /** With several endpoints each is looked at so often, so that the one that came back, or fell behind, is known. */
  readonly lookEveryMs: number;
  readonly mostBlocksBehind: bigint;
  /** Final blocks move on by epochs, and nodes hear of one some seconds apart. */
  readonly mostFinalBlocksApart: bigint;
  /** Who contradicted a quorum is asked last for so long, and told of once in that time. */
  readonly mistrustMs: number;
}

export const defaultTuning: EndpointTuning = {
  failuresToOpen: 5,
  halfOpenAfterMs: 1_000,
  lookEveryMs: 10_000,
  mostBlocksBehind: 3n,
  mostFinalBlocksApart: 64n,
  mistrustMs: 60_000,
};

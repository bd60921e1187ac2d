import { bulkhead } from 'cockatiel';
import { BaseError, createPublicClient, type Hex, type PublicClient } from 'viem';
import type { ChainConfig } from '../config';
import { TransientError } from '../domain/errors';
import { createEndpoint } from './endpoints/createEndpoint';
import { defaultTuning, type Disagreement, type EndpointState, type EndpointTuning } from './endpoints/endpoint';
import { endpointTransport } from './endpoints/endpointTransport';

/** One chain as the rest of the program sees it: what is configured and a client that speaks to it. */
export interface Chain {
  readonly config: ChainConfig;
  readonly client: PublicClient;
}

/** A chain with its endpoints behind the client. */
export interface ConnectedChain extends Chain {
  /** In configured order; for metrics. */
  endpointStates(): readonly EndpointState[];
  /** The same, after each was asked for its chain and its head. */
  proveEndpoints(): Promise<readonly EndpointState[]>;
  /**
   * From now on an endpoint that comes back must have this code at the gateway. The first code counts; of several endpoints each
   * must show it before it is used again. Returns the code that counts.
   */
  expectCode(code: Hex): Hex;
  /** How often the last endpoint in use was lost: with it, all that was seen of the chain at start. */
  absences(): number;
  /** Hears of each endpoint that contradicts a quorum, once until it has not for a while. Returns how to end it. */
  onDisagreement(listener: (disagreement: Disagreement) => void): () => void;
}

/** More than these wait in vain: something is asked in a loop. */
const mostWaitingRequests = 2_000;

/**
 * A chain's client over all its endpoints. Retries are Temporal's: viem's own are off because they also repeat *sends* and blur
 * what the node said.
 */
export function createChain(config: ChainConfig): ConnectedChain {
  return createTunedChain(config, {});
}

/** For tests, which cannot wait as long as a worker does. */
export function createTunedChain(config: ChainConfig, tuning: Partial<EndpointTuning>): ConnectedChain {
  const wholeTuning = { ...defaultTuning, ...tuning };
  const { chainId, rpcTimeoutMs: timeoutMs, pollIntervalMs: pollingInterval } = config;
  const bound = bulkhead(config.maxConcurrentRequests, mostWaitingRequests);
  const listeners = new Set<(disagreement: Disagreement) => void>();
  let expectedCode: Hex | null = null;
  let absences = 0;
  const shared = {
    chainId,
    timeoutMs,
    bulkhead: bound,
    tuning: wholeTuning,
    gateway: config.gateway,
    expectedCode: () => expectedCode,
    onLost: () => {
      if (!endpoints.some((endpoint) => endpoint.state().proven)) absences += 1;
    },
    onDisagreement: (told: Disagreement) => listeners.forEach((listener) => listener(told)),
  };
  const endpoints = urlsOf(config).map((url) => createEndpoint({ url, ...shared }));
  const transport = endpointTransport({ endpoints, chainId, quorum: config.quorum, tuning: wholeTuning });
  const endpointStates = (): readonly EndpointState[] => endpoints.map((endpoint) => endpoint.state());
  return {
    config,
    // The block number must never come from a cache: finality is decided with it.
    client: createPublicClient({ transport, cacheTime: 0, pollingInterval }),
    endpointStates,
    async proveEndpoints() {
      await Promise.all(endpoints.map((endpoint) => endpoint.prove()));
      return endpointStates();
    },
    expectCode(code) {
      if (expectedCode !== null) return expectedCode;
      expectedCode = code;
      if (endpoints.length > 1) for (const endpoint of endpoints) endpoint.doubt(); // the only one has just shown it
      return code;
    },
    absences: () => absences,
    onDisagreement(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function urlsOf({ rpcUrl, rpcUrls }: ChainConfig): readonly string[] {
  return rpcUrls ?? (rpcUrl === undefined ? [] : [rpcUrl]);
}

/**
 * Runs one read and turns "no usable answer" into a TransientError: what a chain did not say is unknown, never a refusal.
 * @throws TransientError CHAIN_UNAVAILABLE
 */
export async function askChain<T>(
  chain: Chain,
  question: string,
  ask: (client: PublicClient) => Promise<T>,
): Promise<T> {
  try {
    return await ask(chain.client);
  } catch (error) {
    const why =
      error instanceof BaseError ? error.shortMessage : error instanceof Error ? error.message : String(error);
    throw new TransientError('CHAIN_UNAVAILABLE', `${chain.config.name} did not say ${question}: ${why}`, {
      cause: error,
    });
  }
}

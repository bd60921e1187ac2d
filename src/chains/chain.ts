import { bulkhead } from 'cockatiel';
import { BaseError, createPublicClient, type PublicClient } from 'viem';
import type { ChainConfig } from '../config';
import { TransientError } from '../domain/errors';
import { createEndpoint } from './endpoints/createEndpoint';
import { defaultTuning, type EndpointState, type EndpointTuning } from './endpoints/endpoint';
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
  const endpoints = urlsOf(config).map((url) =>
    createEndpoint({ url, chainId, timeoutMs, bulkhead: bound, tuning: wholeTuning }),
  );
  const transport = endpointTransport(endpoints, chainId, wholeTuning);
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

import { BaseError, createPublicClient, http, type PublicClient } from 'viem';
import type { ChainConfig } from '../config';
import { TransientError } from '../domain/errors';

/** One chain as the rest of the program sees it: what is configured and a client that speaks to it. */
export interface Chain {
  readonly config: ChainConfig;
  readonly client: PublicClient;
}

/**
 * A chain's client. Retries are Temporal's: viem's own are off because they also repeat *sends* and blur what the node said.
 */
export function createChain(config: ChainConfig): Chain {
  const transport = http(config.rpcUrl, { retryCount: 0, timeout: config.rpcTimeoutMs });
  // The block number must never come from a cache: finality is decided with it.
  return { config, client: createPublicClient({ transport, cacheTime: 0, pollingInterval: config.pollIntervalMs }) };
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

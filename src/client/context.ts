import type { Client } from '@temporalio/client';
import type { Chain } from '../chains/chain';
import type { Config } from '../config';
import { PermanentError } from '../domain/errors';
import type { SettlementOrder } from '../domain/order';
import type { SettlementRecord } from '../domain/record';
import type { Ledger } from '../ledger/createLedger';

/** What every operation of the client works with. */
export interface ClientContext {
  readonly client: Client;
  readonly config: Config;
  readonly chains: readonly Chain[];
  /** Answers for settlements that Temporal has forgotten; null where the configuration names none. */
  readonly ledger: Pick<Ledger, 'find' | 'findClaim'> | null;
}

/** @throws PermanentError UNKNOWN_CHAIN */
export function chainsOf({ chains }: ClientContext, order: SettlementOrder): { source: Chain; destination: Chain } {
  const find = (chainId: bigint): Chain => {
    const chain = chains.find(({ config }) => BigInt(config.chainId) === chainId);
    if (chain) return chain;
    const known = chains.map(({ config }) => `${config.name} (${config.chainId})`).join(', ');
    throw new PermanentError('UNKNOWN_CHAIN', `chain ${chainId} is not configured; known: ${known}`);
  };
  return { source: find(order.sourceChainId), destination: find(order.destinationChainId) };
}

/** Chain names where the configuration knows them, else the id as it stands. */
export function chainName(config: Config, chainId: string | number): string {
  return config.chains.find((chain) => chain.chainId === Number(chainId))?.name ?? String(chainId);
}

/** A record as it is told to people: with chain names for ids. */
export function withChainNames(config: Config, record: SettlementRecord): SettlementRecord {
  return {
    ...record,
    sourceChain: chainName(config, record.sourceChain),
    destinationChain: chainName(config, record.destinationChain),
  };
}

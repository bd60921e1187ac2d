import type { Hex } from 'viem';
import { groupBy } from './checker';
import { kinds, type Applied, type Kind, type World } from './world';

/** All that was applied for one settlement, over all chains. */
export interface SettlementOperations {
  readonly settlementKey: Hex;
  /** How findings name it: by its id where the calldata tells it. */
  readonly name: string;
  readonly all: readonly Applied[];
  readonly of: (kind: Kind, attempt?: number) => readonly Applied[];
}

export function settlementsOf({ chains }: Pick<World, 'chains'>): SettlementOperations[] {
  const applied = chains.flatMap((chain) => chain.applied);
  return [...groupBy(applied, ({ settlementKey }) => settlementKey)].map(([settlementKey, all]) => ({
    settlementKey,
    name: all.find(({ order }) => order !== null)?.order?.settlementId ?? settlementKey,
    all,
    of: (kind, attempt) =>
      all.filter((one) => kinds[one.kind] === kind && (attempt === undefined || one.attempt === attempt)),
  }));
}

export function attemptsOf({ all }: SettlementOperations): number[] {
  return [...new Set(all.map(({ attempt }) => attempt))].sort((a, b) => a - b);
}

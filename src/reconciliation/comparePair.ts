import type { FindingKind } from '../domain/reconciliation';
import { isApplied, type Slot } from '../domain/slot';

/**
 * What the two final slots of a settlement may never show together, whatever the ledger says; null where all is well. A mint is
 * journaled when its burn is final, so while finality holds a mint that is seen has its burn beside it.
 */
export function comparePair(source: Slot, destination: Slot): { kind: FindingKind; what: string } | null {
  if (destination.state !== 'Minted') return null;
  const { attempt } = destination;
  if (isApplied(source, 'Burn', attempt)) return null;
  const told = `Minted(${attempt}), the source slot is ${source.state}(${source.attempt})`;
  const refunded = source.state === 'Refunded' || source.state === 'Burned';
  return refunded && source.attempt >= attempt
    ? { kind: 'mintedAndRefunded', what: told }
    : { kind: 'mintWithoutBurn', what: told };
}

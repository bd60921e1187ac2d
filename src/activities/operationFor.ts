import type { OrderIdentity } from '../domain/fingerprint';
import type { SettlementOrder } from '../domain/order';
import type { OperationKind } from '../domain/slot';
import type { LaneOperation } from '../lanes/lane';
import type { Ownership } from '../ledger/ledger';

/** One step of a settlement as a lane takes it; only a burn carries the holder's signature. */
export function operationFor(
  identity: OrderIdentity,
  order: SettlementOrder,
  step: { kind: OperationKind; attempt: number; owner: Ownership; signature?: `0x${string}` },
): LaneOperation {
  return { ...identity, settlementId: order.settlementId, order, signature: '0x', ...step };
}

import { identityOf } from '../domain/fingerprint';
import type { SettlementOrder } from '../domain/order';
import type { OperationKind } from '../domain/slot';
import type { LaneOperation } from '../lanes/lane';
import type { Ownership } from '../ledger/ledger';
import type { Chain } from '../chains/chain';

/** One step of a settlement as a lane takes it; only a burn carries the holder's signature. */
export function operationFor(
  source: Chain,
  order: SettlementOrder,
  step: { kind: OperationKind; attempt: number; owner: Ownership; signature?: `0x${string}` },
): LaneOperation {
  const { settlementId } = order;
  return { ...identityOf(order, source.config.gateway), settlementId, order, signature: '0x', ...step };
}

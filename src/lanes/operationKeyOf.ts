import type { Chain } from '../chains/chain';
import type { Operation } from '../chains/encodeExecute';
import { settlementKeyOf, type OrderIdentity } from '../domain/fingerprint';
import type { OperationKind } from '../domain/slot';

/** What a transaction is for. */
export interface OperationKey extends OrderIdentity {
  readonly chainId: number;
  readonly kind: OperationKind;
  readonly attempt: number;
}

export function operationKeyOf(chain: Chain, operation: Operation): OperationKey {
  return {
    chainId: chain.config.chainId,
    settlementKey: settlementKeyOf(operation.order.settlementId),
    fingerprint: operation.fingerprint,
    kind: operation.kind,
    attempt: operation.attempt,
  };
}

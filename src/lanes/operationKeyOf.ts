import type { Chain } from '../chains/chain';
import type { Operation } from '../chains/encodeExecute';
import { settlementKeyOf } from '../domain/fingerprint';
import type { OperationKey } from './journal';

export function operationKeyOf(chain: Chain, operation: Operation): OperationKey {
  return {
    chainId: chain.config.chainId,
    settlementKey: settlementKeyOf(operation.order.settlementId),
    fingerprint: operation.fingerprint,
    kind: operation.kind,
    attempt: operation.attempt,
  };
}

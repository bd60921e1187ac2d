import { encodeFunctionData, type Hex } from 'viem';
import type { SettlementOrder } from '../domain/order';
import { operationKinds, type OperationKind } from '../domain/slot';
import { settlementGatewayAbi } from './generated/settlementGateway';

/** One step of one settlement, as the gateway takes it. Only a Burn carries the holder's signature. */
export interface Operation {
  readonly kind: OperationKind;
  readonly attempt: number;
  readonly order: SettlementOrder;
  /** The order's, in its source gateway's domain: whose slot counts as this operation's. */
  readonly fingerprint: Hex;
  readonly signature: Hex;
}

export function encodeExecute(operations: readonly Operation[]): Hex {
  return encodeFunctionData({
    abi: settlementGatewayAbi,
    functionName: 'execute',
    args: [
      operations.map(({ kind, attempt, order, signature }) => ({
        kind: operationKinds.indexOf(kind),
        attempt,
        order,
        signature,
      })),
    ],
  });
}

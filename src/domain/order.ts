import type { Address, Hex } from 'viem';

/** What the holder signs: one settlement, whole. Amounts are base units; `validBefore` is in Unix seconds. */
export interface SettlementOrder {
  readonly settlementId: string;
  readonly holder: Address;
  readonly recipient: Address;
  readonly token: Address;
  readonly destinationToken: Address;
  readonly destinationGateway: Address;
  readonly amount: bigint;
  readonly sourceChainId: bigint;
  readonly destinationChainId: bigint;
  readonly validBefore: bigint;
  readonly maxAttempts: number;
}

/** The same at every JSON edge: the amount is a decimal string of base units, chain ids and times are safe integers. */
export interface OrderJson {
  readonly settlementId: string;
  readonly holder: Address;
  readonly recipient: Address;
  readonly token: Address;
  readonly destinationToken: Address;
  readonly destinationGateway: Address;
  readonly amount: string;
  readonly sourceChainId: number;
  readonly destinationChainId: number;
  readonly validBefore: number;
  readonly maxAttempts: number;
}

/** An order and the holder's EIP-712 (or ERC-1271) signature of it. */
export interface SignedOrder {
  readonly order: OrderJson;
  readonly signature: Hex;
}

export function orderToJson(order: SettlementOrder): OrderJson {
  return {
    ...order,
    amount: order.amount.toString(),
    sourceChainId: Number(order.sourceChainId),
    destinationChainId: Number(order.destinationChainId),
    validBefore: Number(order.validBefore),
  };
}

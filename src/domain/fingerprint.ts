import { hashTypedData, keccak256, stringToHex, type Address, type Hex } from 'viem';
import type { SettlementOrder } from './order';

/** The EIP-712 types of a SettlementOrder, in the contract's field order. */
export const settlementOrderTypes = {
  SettlementOrder: [
    { name: 'settlementId', type: 'string' },
    { name: 'holder', type: 'address' },
    { name: 'recipient', type: 'address' },
    { name: 'token', type: 'address' },
    { name: 'destinationToken', type: 'address' },
    { name: 'destinationGateway', type: 'address' },
    { name: 'amount', type: 'uint256' },
    { name: 'sourceChainId', type: 'uint256' },
    { name: 'destinationChainId', type: 'uint256' },
    { name: 'validBefore', type: 'uint64' },
    { name: 'maxAttempts', type: 'uint8' },
  ],
} as const;

/** What a wallet is asked to sign: the order in the source gateway's domain. */
export function orderTypedData(order: SettlementOrder, sourceGateway: Address) {
  return {
    domain: {
      name: 'SettlementGateway',
      version: '1',
      chainId: Number(order.sourceChainId),
      verifyingContract: sourceGateway,
    },
    types: settlementOrderTypes,
    primaryType: 'SettlementOrder',
    message: order,
  } as const;
}

/** The full EIP-712 digest: the order's identity, the same on both chains (the contract's `fingerprintOf`). */
export function fingerprintOf(order: SettlementOrder, sourceGateway: Address): Hex {
  return hashTypedData(orderTypedData(order, sourceGateway));
}

/** The settlement's key in the gateway's slots. */
export function settlementKeyOf(settlementId: string): Hex {
  return keccak256(stringToHex(settlementId));
}

/** Which slot an order has, and how to tell whether what stands there is this order's. */
export interface OrderIdentity {
  readonly settlementKey: Hex;
  readonly fingerprint: Hex;
}

export function identityOf(order: SettlementOrder, sourceGateway: Address): OrderIdentity {
  return { settlementKey: settlementKeyOf(order.settlementId), fingerprint: fingerprintOf(order, sourceGateway) };
}

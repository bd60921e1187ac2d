import type { Address, LocalAccount } from 'viem';
import { orderTypedData } from '../domain/fingerprint';
import { orderToJson, type SettlementOrder, type SignedOrder } from '../domain/order';

/** The holder's consent: the order signed in the source gateway's EIP-712 domain. */
export async function signOrder(
  order: SettlementOrder,
  sourceGateway: Address,
  account: LocalAccount,
): Promise<SignedOrder> {
  return { order: orderToJson(order), signature: await account.signTypedData(orderTypedData(order, sourceGateway)) };
}

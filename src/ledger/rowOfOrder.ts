import { settlementKeyOf } from '../domain/fingerprint';
import { orderToJson } from '../domain/order';
import type { EnterRequest } from './ledger';

/** What of a settlement's row never changes, by the names of the columns. */
export function rowOfOrder({
  order,
  signature,
  fingerprint,
  sourceChain,
  destinationChain,
}: Pick<EnterRequest, 'order' | 'signature' | 'fingerprint' | 'sourceChain' | 'destinationChain'>) {
  const json = orderToJson(order);
  return {
    settlement_id: json.settlementId,
    settlement_key: settlementKeyOf(json.settlementId),
    fingerprint: fingerprint.toLowerCase(),
    order: json,
    signature,
    source_chain: sourceChain,
    destination_chain: destinationChain,
    token: json.token,
    amount: json.amount,
    holder: json.holder,
    recipient: json.recipient,
  };
}

import type { OrderJson } from './order';
import { nothingKnown, type SettlementRecord } from './record';

/** The record of a settlement whose run has just been accepted; chains by their ids. */
export function recordAtStart(order: OrderJson, startedAt: Date): SettlementRecord {
  const { settlementId, sourceChainId, destinationChainId, token, amount, holder, recipient } = order;
  return {
    settlementId,
    status: 'PENDING',
    sourceChain: String(sourceChainId),
    destinationChain: String(destinationChainId),
    token,
    amount,
    holder,
    recipient,
    attempt: 0,
    ...nothingKnown,
    createdAt: startedAt.toISOString(),
    updatedAt: startedAt.toISOString(),
  };
}

import type { OrderJson } from './order';
import { nothingKnown, type SettlementRecord } from './record';

/**
 * The record of a settlement whose run has just been accepted; chains by their ids.
 * @param askedAt the run's memo of it, if its client left one; a clock that is ahead of the run's start is not believed
 */
export function recordAtStart(order: OrderJson, startedAt: Date, askedAt?: unknown): SettlementRecord {
  const askedMs = typeof askedAt === 'string' ? Date.parse(askedAt) : NaN;
  const createdAt = new Date(askedMs <= startedAt.getTime() ? askedMs : startedAt).toISOString();
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
    createdAt,
    updatedAt: createdAt,
  };
}

import { sha256, stringToHex, type Hex } from 'viem';
import type { EventRow } from './world';

/** The hash of an event as the ledger's migration defines it, computed here a second time. */
export function eventHash(event: Omit<EventRow, 'id' | 'hash'>): Hex {
  const { settlementId, seq, fromStatus, toStatus, attempt, factsText, atText, previousHash } = event;
  return sha256(
    stringToHex(
      [settlementId, seq, fromStatus ?? '', toStatus, attempt, factsText, atText, previousHash ?? ''].join('\n'),
    ),
  );
}

import { sha256, stringToHex, type Hex } from 'viem';
import type { EventRow } from './world';

/** The hash of an event, computed here once more: sha256 over one line a field, as docs/adr/0007-ledger.md has it. */
export function eventHash(event: Omit<EventRow, 'id' | 'hash'>): Hex {
  const { settlementId, seq, fromStatus, toStatus, attempt, factsText, atMicros, previousHash } = event;
  const what = [settlementId, seq, fromStatus ?? '', toStatus, attempt, factsText];
  return sha256(stringToHex(['settlement event 1', ...what, atMicros, previousHash.slice(2)].join('\n')));
}

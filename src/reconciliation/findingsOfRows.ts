import type { Finding } from '../domain/reconciliation';
import type { LedgerSettlement } from '../ledger/ledger';
import { lookAgain } from '../recovery/lookAgain';
import { lookAtRows } from '../recovery/lookAtRows';
import type { PinnedChain } from '../recovery/recoveryContext';
import { comparePair } from './comparePair';
import type { ReconciliationContext } from './context';

/** Holds rows against their slots, and each pair of slots against each other. */
export async function findingsOfRows(
  context: ReconciliationContext,
  chains: readonly PinnedChain[],
  rows: readonly LedgerSettlement[],
): Promise<readonly Finding[]> {
  const looks = await lookAtRows(chains, rows);
  const found: Finding[] = [];
  for (const { row, source, destination, what } of looks) {
    const { settlementId, sourceChain, destinationChain } = row.record;
    const about = { settlementId, route: { sourceChain, destinationChain }, chain: null };
    const contradiction = source && destination && comparePair(source, destination);
    if (contradiction) found.push({ ...about, ...contradiction });
    const stillWrong = what === null ? null : await lookAgain(context, settlementId);
    if (stillWrong !== null && !contradiction) found.push({ ...about, kind: 'rowAndSlots', what: stillWrong });
  }
  return found;
}

import type { LedgerSettlement } from '../ledger/ledger';
import { lookAgain } from './lookAgain';
import { lookAtRows } from './lookAtRows';
import type { Mismatches } from './mismatches';
import type { PinnedChain, RecoveryContext } from './recoveryContext';
import type { RouteTotals } from './routeTotals';

export interface HoldRowsOptions {
  readonly settlementsPerPage: number;
  readonly onProgress: (line: string) => void;
}

/** Holds every row of the ledger against its two slots at the pinned blocks. Returns how many there are. */
export async function holdRows(
  context: RecoveryContext,
  chains: readonly PinnedChain[],
  { totals, mismatches }: { readonly totals: RouteTotals; readonly mismatches: Mismatches },
  { settlementsPerPage, onProgress }: HoldRowsOptions,
): Promise<number> {
  let count = 0;
  for await (const page of pagesOf(context, settlementsPerPage)) {
    const looks = await lookAtRows(chains, page);
    for (const { row, source, destination, what } of looks) {
      if (source && destination) totals.addSlots(row, source, destination);
      const { settlementId } = row.record;
      const stillWrong = what === null ? null : await lookAgain(context, settlementId);
      if (stillWrong !== null) mismatches.add({ settlementId, what: stillWrong });
    }
    count += page.length;
    onProgress(`${count} settlements held against their slots`);
  }
  return count;
}

async function* pagesOf({ ledger }: RecoveryContext, limit: number): AsyncGenerator<readonly LedgerSettlement[]> {
  for (let after: string | undefined; ;) {
    const page = await ledger.list({ limit, ...(after === undefined ? {} : { after }) });
    if (page.length > 0) yield page;
    if (page.length < limit) return;
    after = page.at(-1)?.record.settlementId;
  }
}

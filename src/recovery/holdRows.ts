import { readSlot } from '../chains/readSlot';
import { identityOf, type OrderIdentity } from '../domain/fingerprint';
import type { Slot } from '../domain/slot';
import type { LedgerSettlement } from '../ledger/ledger';
import { compareSlots } from './compareSlots';
import type { Mismatches } from './mismatches';
import { pinChains, type PinnedChain, type RecoveryContext } from './recoveryContext';
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
    const looks = await Promise.all(page.map((row) => lookAt(chains, row)));
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

interface Look {
  readonly row: LedgerSettlement;
  /** Null where a chain of the order is not configured. */
  readonly source: Slot | null;
  readonly destination: Slot | null;
  readonly what: string | null;
}

async function lookAt(chains: readonly PinnedChain[], row: LedgerSettlement): Promise<Look> {
  const pinnedOf = (id: bigint) => chains.find(({ chain }) => BigInt(chain.config.chainId) === id);
  const [from, to] = [pinnedOf(row.order.sourceChainId), pinnedOf(row.order.destinationChainId)];
  if (!from || !to) return { row, source: null, destination: null, what: 'a chain of its order is not configured' };
  const identity = identityOf(row.order, from.chain.config.gateway);
  const [source, destination] = await Promise.all([slotAt(from, identity), slotAt(to, identity)]);
  const isOwn = identity.fingerprint === row.fingerprint;
  const what = isOwn ? compareSlots(row.record, source, destination) : 'its fingerprint is not that of its order';
  return { row, source, destination, what };
}

function slotAt({ chain, block }: PinnedChain, identity: OrderIdentity): Promise<Slot> {
  return readSlot(chain, identity, { blockHash: block.hash });
}

/** A settlement that is under way may have moved between the row and the slots: the row anew, then blocks anew. */
async function lookAgain({ ledger, chains }: RecoveryContext, settlementId: string): Promise<string | null> {
  const row = await ledger.find(settlementId);
  if (!row) return 'its row is gone';
  return (await lookAt(await pinChains(chains), row)).what;
}

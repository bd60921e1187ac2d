import { readManySlots } from '../chains/readManySlots';
import { identityOf, type OrderIdentity } from '../domain/fingerprint';
import type { Slot } from '../domain/slot';
import type { LedgerSettlement } from '../ledger/ledger';
import { compareSlots } from './compareSlots';
import type { PinnedChain } from './recoveryContext';

/** A row beside its two slots at pinned blocks. */
export interface RowLook {
  readonly row: LedgerSettlement;
  /** Null where a chain of the order is not configured. */
  readonly source: Slot | null;
  readonly destination: Slot | null;
  readonly what: string | null;
}

interface Placed {
  readonly from: PinnedChain;
  readonly to: PinnedChain;
  readonly identity: OrderIdentity;
}

/**
 * Reads both slots of each row's order, by one call a chain for a few hundred. What is wrong may be so because the settlement moves on
 * meanwhile: see lookAgain.
 */
export async function lookAtRows(
  chains: readonly PinnedChain[],
  rows: readonly LedgerSettlement[],
): Promise<readonly RowLook[]> {
  const placed = new Map(rows.map((row) => [row, placeOf(chains, row)]));
  const known = [...placed.values()].filter((place) => place !== null);
  const slots = new Map(
    await Promise.all(chains.map(async (pinned) => [pinned, await readSlotsOn(pinned, known)] as const)),
  );
  return rows.map((row) => {
    const place = placed.get(row);
    const source = (place && slots.get(place.from)?.get(place)) ?? null;
    const destination = (place && slots.get(place.to)?.get(place)) ?? null;
    if (!place || !source || !destination) {
      return { row, source: null, destination: null, what: 'a chain of its order is not configured' };
    }
    const isOwn = place.identity.fingerprint === row.fingerprint;
    const what = isOwn ? compareSlots(row.record, source, destination) : 'its fingerprint is not that of its order';
    return { row, source, destination, what };
  });
}

function placeOf(chains: readonly PinnedChain[], row: LedgerSettlement): Placed | null {
  const pinnedOf = (id: bigint) => chains.find(({ chain }) => BigInt(chain.config.chainId) === id);
  const [from, to] = [pinnedOf(row.order.sourceChainId), pinnedOf(row.order.destinationChainId)];
  return from && to ? { from, to, identity: identityOf(row.order, from.chain.config.gateway) } : null;
}

/** The slots, on one chain, of those that begin or end there. */
async function readSlotsOn(pinned: PinnedChain, placed: readonly Placed[]): Promise<ReadonlyMap<Placed, Slot>> {
  const here = placed.filter(({ from, to }) => from === pinned || to === pinned);
  const identities = here.map(({ identity }) => identity);
  const slots = await readManySlots(pinned.chain, identities, { blockHash: pinned.block.hash });
  return new Map(here.map((one, at) => [one, slots[at] as Slot]));
}

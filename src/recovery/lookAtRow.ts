import { readSlot } from '../chains/readSlot';
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

/** Reads both slots of a row's order. What is wrong may be so because the settlement moves on meanwhile: see lookAgain. */
export async function lookAtRow(chains: readonly PinnedChain[], row: LedgerSettlement): Promise<RowLook> {
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

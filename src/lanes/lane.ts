import type { BlockWatcher } from '../chains/createBlockWatcher';
import type { Chain } from '../chains/chain';
import type { Operation } from '../chains/encodeExecute';
import type { JournalOperation, JournaledTransaction, JournalRefusal } from '../ledger/ledger';

/** One step of one settlement on its way to a chain: what the gateway is told, and for which run of which settlement. */
export interface LaneOperation extends Operation, JournalOperation {}

/** What became of an operation that was handed in. From `journaled` on it may land at any moment, whatever happens to us. */
export type Submitted =
  | { readonly kind: 'journaled'; readonly transaction: JournaledTransaction }
  | { readonly kind: 'refused'; readonly reason: JournalRefusal };

/**
 * All lanes of one role on one chain: the only way a transaction of ours leaves this process. A lane is one signer; whoever
 * uses it holds its lease.
 */
export interface Lanes {
  readonly chain: Chain;
  readonly watcher: BlockWatcher;
  /** Says that an operation is being settled here, until the returned function is called. */
  begin(): () => void;
  /**
   * Journals the operation, alone or with others that wait, then broadcasts. Answers once it is journaled.
   * @throws TransientError LANE_BUSY when other workers hold every lane; LEASE_LOST, LEDGER_UNAVAILABLE: nothing was broadcast
   */
  submit(operation: LaneOperation): Promise<Submitted>;
  /** Every transaction that was journaled for the operation, by any worker, oldest first. */
  journaled(operation: LaneOperation): Promise<readonly JournaledTransaction[]>;
  /** The same bytes again: harmless whatever became of the first time, and whoever's lane it is. */
  rebroadcast(transaction: JournaledTransaction): Promise<void>;
  /** Sends nothing new, hands the leases back. */
  close(): Promise<void>;
}

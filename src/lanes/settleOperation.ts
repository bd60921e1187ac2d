import { trace } from '@opentelemetry/api';
import type { Hex } from 'viem';
import type { Chain } from '../chains/chain';
import type { Sighting, Tracked } from '../chains/createBlockWatcher';
import { operationOutcome } from '../chains/operationOutcome';
import type { FinalSlot } from '../chains/readFinalSlot';
import { readNonce } from '../chains/readNonce';
import { readReceipt } from '../chains/readReceipt';
import { TransientError } from '../domain/errors';
import { isApplicable, isApplied } from '../domain/slot';
import { failpoint } from '../failpoint';
import type { JournaledTransaction, JournalRefusal } from '../ledger/ledger';
import { inSpan } from '../tracing/inSpan';
import type { LaneOperation, Lanes } from './lane';
import { operationKeyOf } from './operationKeyOf';
import type { Pace } from './pace';
import { readSlots, type Slots } from './readSlots';

/** How an operation ended, each read at a final block. */
export type SettledOperation =
  | { readonly kind: 'applied'; readonly final: FinalSlot; readonly transactionHash: Hex | null }
  /** The gateway refused it in a final transaction; the slot could still take it if the reason went away. */
  | { readonly kind: 'refused'; readonly final: FinalSlot; readonly reason: string }
  /** The slot has moved on to where the operation can never apply, or another order took it. */
  | { readonly kind: 'superseded'; readonly final: FinalSlot }
  /** A cancel came before anything was broadcast by this execution. */
  | { readonly kind: 'cancelled'; readonly final: FinalSlot }
  /** The ledger did not let it out: nothing was signed. */
  | { readonly kind: 'withheld'; readonly final: FinalSlot; readonly reason: JournalRefusal };

/** Looks that must hold before money is moved: throws where it must not. */
export type BeforeBroadcast = (final: FinalSlot) => Promise<void>;

/** What the caller has just read, so that it need not be read again before the first send. */
export interface Known {
  /** The ledger said that no transaction carries the operation. */
  readonly nothingJournaled?: boolean;
  /** An older slot costs a transaction that the gateway finds applied or superseded, never money. */
  readonly slots?: Slots;
}

/** The watcher tells what happens; without a word from it the slot is looked at again after so long. */
const turnMs = 2_000;

/**
 * Brings one operation to a final slot: asks the slot first, hands in only what the slot could take, sends the same bytes again
 * while they are not in, and believes nothing that is not final. Safe to run again at any point, by anyone.
 */
export function settleOperation(
  lanes: Lanes,
  operation: LaneOperation,
  pace: Pace,
  beforeBroadcast: BeforeBroadcast,
  known: Known = {},
): Promise<SettledOperation> {
  const chain = lanes.chain.config.name;
  const attributes = { 'settlement.chain': chain, 'settlement.attempt': operation.attempt };
  return inSpan(`${operation.kind} on ${chain}`, attributes, async (span) => {
    const settled = await settle(lanes, operation, pace, beforeBroadcast, known);
    const { block } = settled.final;
    span.setAttributes({ 'settlement.outcome': settled.kind, 'settlement.final_block': Number(block.number) });
    return settled;
  });
}

async function settle(
  lanes: Lanes,
  operation: LaneOperation,
  pace: Pace,
  beforeBroadcast: BeforeBroadcast,
  known: Known,
): Promise<SettledOperation> {
  const { chain } = lanes;
  const key = operationKeyOf(chain, operation);
  const { kind, attempt } = operation;
  // Tracked before anything is sent: with automatic mining the block can be seen before the send returns.
  const tracked = lanes.watcher.track(key);
  const done = lanes.begin();
  let journaled = known.nothingJournaled ? [] : await lanes.journaled(operation);
  /** What an earlier execution was refused does not bind this one. */
  const ours = new Set<string>();
  /** Nothing is given up on what a final block that may be a poll old does not show yet. */
  const isOfUse = ({ final: { slot } }: Slots) => isApplied(slot, kind, attempt) || isApplicable(slot, kind, attempt);
  try {
    for (let slots = known.slots; ; slots = undefined) {
      const { final, latest } = slots && isOfUse(slots) ? slots : await readSlots(lanes, key, isOfUse);
      if (isApplied(final.slot, kind, attempt)) return { kind: 'applied', final, transactionHash: null };
      if (!isApplicable(final.slot, kind, attempt)) return { kind: 'superseded', final };

      // While the latest block shows the slot moved there is nothing to send: it only has to become final.
      if (isApplicable(latest, kind, attempt)) {
        const fate = await fateOf(chain, operation, journaled, final);
        if (fate.kind === 'refused' && ours.has(laneOf(fate.transaction))) {
          return { kind: 'refused', final, reason: fate.reason };
        }
        if (fate.kind === 'open') {
          await beforeBroadcast(final); // what must hold before the first time must hold before any other
          failpoint('operation-rebroadcasting', kind);
          await lanes.rebroadcast(fate.transaction);
        }
        if (fate.kind === 'gone' || fate.kind === 'refused') {
          if (pace.cancelRequested) return { kind: 'cancelled', final };
          await beforeBroadcast(final);
          failpoint('operation-submitting', kind);
          const submitted = await lanes.submit(operation);
          if (submitted.kind === 'refused') return { kind: 'withheld', final, reason: submitted.reason };
          ours.add(laneOf(submitted.transaction));
          noteJournaled(submitted.transaction);
          journaled = [...journaled, submitted.transaction];
          failpoint('operation-journaled', kind);
        }
      } else {
        failpoint('operation-unfinal', kind);
      }

      const news = await nextNews(tracked, pace, chain);
      if (news?.kind === 'final') {
        return { kind: 'applied', final: news, transactionHash: news.transactionHash };
      }
      journaled = await lanes.journaled(operation); // a replacement has another hash
    }
  } finally {
    tracked.close();
    done();
  }
}

/** The next thing the watcher sees of the operation, or null when it is time to look without it. */
async function nextNews(tracked: Tracked, pace: Pace, chain: Chain): Promise<Sighting | null> {
  const stop = new AbortController();
  let news: Sighting | null = null;
  const sighted = tracked.next(stop.signal).then(
    (sighting) => void (news = sighting),
    () => undefined,
  );
  try {
    await pace.nextTurn(chain.config.name, turnMs, sighted);
  } finally {
    stop.abort();
  }
  return news;
}

type Fate =
  | { readonly kind: 'open'; readonly transaction: JournaledTransaction } // may still land
  | { readonly kind: 'waiting' } // is in, and not final
  | { readonly kind: 'gone' } // none can land any more: reverted as a whole, or the nonce went to another transaction
  | { readonly kind: 'refused'; readonly reason: string; readonly transaction: JournaledTransaction };

/** What became of the transactions that carry an operation whose slot does not show it: the one that is most alive decides. */
async function fateOf(
  chain: Chain,
  operation: LaneOperation,
  journaled: readonly JournaledTransaction[],
  final: FinalSlot,
): Promise<Fate> {
  const fates = await Promise.all(journaled.map((transaction) => fateOfOne(chain, operation, transaction, final)));
  const byLife = (['open', 'waiting', 'refused'] as const).map((kind) => fates.findLast((fate) => fate.kind === kind));
  return byLife.find((fate) => fate !== undefined) ?? { kind: 'gone' };
}

async function fateOfOne(
  chain: Chain,
  operation: LaneOperation,
  transaction: JournaledTransaction,
  final: FinalSlot,
): Promise<Fate> {
  const receipt = await readReceipt(chain, transaction.hash);
  if (receipt === null) {
    const consumed = await readNonce(chain, transaction.signer, final.block.hash);
    return consumed > transaction.nonce ? { kind: 'gone' } : { kind: 'open', transaction };
  }
  if (receipt.blockNumber > final.block.number) return { kind: 'waiting' };
  if (receipt.status === 'reverted') return { kind: 'gone' }; // as a whole: it decided nothing and can never land
  const outcome = operationOutcome(chain, receipt, operationKeyOf(chain, operation));
  if (outcome.kind === 'refused') return { ...outcome, transaction };
  // Applied, and yet not in the slot: two views of the chain, and nothing is decided.
  throw new TransientError('OUTCOME_UNKNOWN', `${chain.config.name}: ${transaction.hash} is in, its operation is not`);
}

/** Its chain transaction in the operation's span, with how many operations share it. */
function noteJournaled({ hash, signer, nonce, operations }: JournaledTransaction): void {
  const attributes = { 'transaction.hash': hash, signer, nonce, operations: operations.length };
  trace.getActiveSpan()?.setAttribute('transaction.hash', hash).addEvent('journaled', attributes);
}

/** A replacement shares signer and nonce with what it replaces. */
function laneOf({ signer, nonce }: JournaledTransaction): string {
  return `${signer}/${nonce}`;
}

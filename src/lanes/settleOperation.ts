import { TransactionReceiptNotFoundError, type TransactionReceipt } from 'viem';
import { askChain, type Chain } from '../chains/chain';
import type { Operation } from '../chains/encodeExecute';
import { operationOutcome } from '../chains/operationOutcome';
import { readFinalSlot, type FinalSlot } from '../chains/readFinalSlot';
import { readSlot } from '../chains/readSlot';
import { TransientError } from '../domain/errors';
import { isApplicable, isApplied } from '../domain/slot';
import type { Journal, SignedTransaction } from './journal';
import type { Lane } from './lane';
import { operationKeyOf } from './operationKeyOf';
import type { Pace } from './pace';

/** How an operation ended, each read at a final block. */
export type SettledOperation =
  | { readonly kind: 'applied'; readonly final: FinalSlot }
  /** The gateway refused it in a final transaction; the slot could still take it if the reason went away. */
  | { readonly kind: 'refused'; readonly final: FinalSlot; readonly reason: string }
  /** The slot has moved on to where the operation can never apply, or another order took it. */
  | { readonly kind: 'superseded'; readonly final: FinalSlot }
  /** A cancel came before anything was broadcast by this execution. */
  | { readonly kind: 'cancelled'; readonly final: FinalSlot };

/** A pool may drop what it took, and a reorg what was in: nothing tells, so the same bytes go out again now and then. */
const rebroadcastEveryMs = 2_000;

/** Looks that must hold before money is moved: throws where it must not. */
export type BeforeBroadcast = (final: FinalSlot) => Promise<void>;

/**
 * Brings one operation to a final slot: asks the slot first, broadcasts only what the slot could take, sends the same bytes
 * again while they are not in, and believes nothing that is not final. Safe to run again at any point, by anyone.
 */
export async function settleOperation(
  lane: Lane,
  journal: Journal,
  operation: Operation,
  pace: Pace,
  beforeBroadcast: BeforeBroadcast,
): Promise<SettledOperation> {
  const { chain } = lane;
  const key = operationKeyOf(chain, operation);
  // What an earlier execution sent is followed too; but what *it* was refused does not bind this one.
  const earlier = (await journal.find(key)).at(-1);
  let followed: { transaction: SignedTransaction; ours: boolean } | null = earlier
    ? { transaction: earlier, ours: false }
    : null;
  let lastSentAt = 0;

  for (;;) {
    const final = await readFinalSlot(chain, key);
    if (isApplied(final.slot, operation.kind, operation.attempt)) return { kind: 'applied', final };
    if (!isApplicable(final.slot, operation.kind, operation.attempt)) return { kind: 'superseded', final };

    const latest = await readSlot(chain, key, 'latest');
    // While the latest block shows the slot moved there is nothing to send: it only has to become final.
    if (isApplicable(latest, operation.kind, operation.attempt)) {
      const fate: Fate = followed ? await fateOf(chain, operation, followed.transaction, final) : { kind: 'gone' };
      if (fate.kind === 'open' && followed && Date.now() - lastSentAt >= rebroadcastEveryMs) {
        lastSentAt = Date.now();
        await beforeBroadcast(final); // what must hold before the first time must hold before any other
        await lane.rebroadcast(followed.transaction);
      }
      if (fate.kind === 'refused' && followed?.ours) return { ...fate, final };
      if (fate.kind === 'gone' || fate.kind === 'refused') {
        if (pace.cancelRequested) return { kind: 'cancelled', final };
        await beforeBroadcast(final);
        followed = { transaction: await lane.submit(operation, pace.execution), ours: true };
        lastSentAt = Date.now();
      }
    }
    await pace.nextTurn(chain.config.name, chain.config.pollIntervalMs);
  }
}

type Fate =
  | { readonly kind: 'open' } // may still land
  | { readonly kind: 'waiting' } // is in, and not final
  | { readonly kind: 'gone' } // can never land: it reverted as a whole, or its nonce went to another transaction
  | { readonly kind: 'refused'; readonly reason: string };

/** What became of a transaction whose operation the slot does not show. */
async function fateOf(
  chain: Chain,
  operation: Operation,
  transaction: SignedTransaction,
  final: FinalSlot,
): Promise<Fate> {
  const receipt = await readReceipt(chain, transaction);
  if (receipt === null) {
    const consumed = await askChain(chain, 'our final nonce', (client) =>
      client.getTransactionCount({ address: transaction.signer, blockHash: final.block.hash }),
    );
    return { kind: consumed > transaction.nonce ? 'gone' : 'open' };
  }
  if (receipt.blockNumber > final.block.number) return { kind: 'waiting' };
  if (receipt.status === 'reverted') return { kind: 'gone' }; // as a whole: it decided nothing and can never land
  const outcome = operationOutcome(chain, receipt, operationKeyOf(chain, operation));
  if (outcome.kind === 'refused') return outcome;
  // Applied, and yet not in the slot: two views of the chain, and nothing is decided.
  throw new TransientError('OUTCOME_UNKNOWN', `${chain.config.name}: ${transaction.hash} is in, its operation is not`);
}

async function readReceipt(chain: Chain, transaction: SignedTransaction): Promise<TransactionReceipt | null> {
  return askChain(chain, `what became of ${transaction.hash}`, async (client) => {
    try {
      return await client.getTransactionReceipt({ hash: transaction.hash });
    } catch (error) {
      if (error instanceof TransactionReceiptNotFoundError) return null;
      throw error;
    }
  });
}

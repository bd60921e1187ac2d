import { Mutex } from 'async-mutex';
import type { Logger } from 'pino';
import { askChain, type Chain } from '../chains/chain';
import type { BlockWatcher } from '../chains/createBlockWatcher';
import type { TransientError } from '../domain/errors';
import type { Ledger } from '../ledger/createLedger';
import type { JournaledTransaction } from '../ledger/ledger';
import { bumpedFees, cappedFees, type Fees } from './fees';
import { broadcast } from './broadcast';
import type { Signing } from './createSigning';
import type { HeldLease } from './holdLease';
import type { LaneOperation, Submitted } from './lane';
import type { LaneOptions } from './laneOptions';

/** One worker's time with one lane: from taking its lease to losing it or giving it back. */
export interface Tenure {
  submit(operation: LaneOperation): Promise<Submitted>;
  /** Resolves when the lane is no longer ours. */
  readonly ended: Promise<void>;
  end(): Promise<void>;
}

export interface TenureParts {
  readonly chain: Chain;
  readonly watcher: BlockWatcher;
  readonly ledger: Ledger;
  readonly signing: Signing;
  readonly fees: () => Promise<Fees>;
  readonly held: HeldLease;
  /** Whether other operations are on their way on this chain: then it pays to wait a moment for company. */
  readonly inCompany: () => boolean;
  readonly options: LaneOptions;
  readonly log: Logger;
}

interface Waiting {
  readonly operation: LaneOperation;
  readonly answer: (submitted: Submitted) => void;
  readonly fail: (error: unknown) => void;
}

/** A transaction that is not final yet. */
interface InFlight {
  transaction: JournaledTransaction;
  /** What a replacement can carry; nothing is known of what an earlier owner signed. */
  readonly operations: readonly LaneOperation[];
  /** Since when these bytes are missing in the latest block; null: they, or others on their nonce, are in. */
  missingSince: number | null;
  lastSentAt: number;
}

/** Looked at once a second: none of it is needed while all goes well. */
const upkeepEveryMs = 1_000;

export async function beginTenure(parts: TenureParts): Promise<Tenure> {
  const { chain, watcher, ledger, signing, held, options, log } = parts;
  const { lease, lost } = held;
  const oneAtATime = new Mutex();
  let queue: Waiting[] = [];
  let inFlight: InFlight[] = [];
  let pumping = false;
  let upkeeping = false;
  let idleSince = Date.now();
  /** A flush or replacement whose answer was lost may be journaled: the journal is read before anything follows it. */
  let unsure = true;
  let atLeastNonce = 0;

  const send = async (one: InFlight): Promise<void> => {
    one.lastSentAt = Date.now();
    const verdict = await broadcast(chain, one.transaction.raw);
    if (verdict !== 'taken')
      log.warn({ verdict, hash: one.transaction.hash, nonce: one.transaction.nonce }, 'not taken');
    watcher.poke();
  };

  /**
   * What is journaled and not yet followed goes out first, in the order of nonces: what the lane's last owner left, or a flush
   * whose answer was lost. Nothing of it may be overtaken.
   */
  const recover = async (): Promise<void> => {
    const followed = new Map(inFlight.map((one) => [one.transaction.nonce, one]));
    const open = await ledger.openTransactions(lease);
    const newest = new Map(open.map((transaction) => [transaction.nonce, transaction])); // the last replacement wins
    const now = Date.now();
    inFlight = [...newest].map(([nonce, transaction]) => {
      const known = followed.get(nonce);
      if (known?.transaction.hash === transaction.hash) return known;
      // Left by another, or a replacement whose answer was lost.
      return { transaction, operations: known?.operations ?? [], missingSince: now, lastSentAt: 0 };
    });
    atLeastNonce = Math.max(atLeastNonce, await nonceAt('latest'));
    for (const one of inFlight) if (one.lastSentAt === 0) await send(one);
    unsure = false;
  };

  const nonceAt = (blockTag: 'latest' | { blockHash: `0x${string}` }): Promise<number> =>
    askChain(chain, 'our nonce', (client) =>
      client.getTransactionCount({
        address: lease.signer,
        ...(typeof blockTag === 'string' ? { blockTag } : { blockHash: blockTag.blockHash }),
      }),
    );

  const flush = async (batch: readonly Waiting[]): Promise<void> => {
    if (unsure) await recover();
    const fees = cappedFees(await parts.fees(), options.maxFeePerGasWei);
    const sign = (nonce: number, accepted: readonly LaneOperation[]) => signing.sign(nonce, accepted, fees);
    const operations = batch.map(({ operation }) => operation);
    const { transaction, accepted, refused } = await ledger.flush(lease, operations, sign, { atLeastNonce });
    for (const { operation, answer } of batch) {
      const refusal = refused.find((one) => one.operation === operation);
      if (refusal) answer({ kind: 'refused', reason: refusal.reason });
      else if (transaction) answer({ kind: 'journaled', transaction });
    }
    if (!transaction) return;
    const now = Date.now();
    const one = { transaction, operations: accepted, missingSince: now, lastSentAt: now };
    inFlight.push(one);
    await send(one);
  };

  /** One flush at a time: nonces go out in order, and what arrives meanwhile shares the next transaction. */
  const pump = async (): Promise<void> => {
    if (pumping) return;
    pumping = true;
    try {
      while (queue.length > 0 && !lost.aborted) {
        if (parts.inCompany()) await pause(options.lingerMs);
        const count = signing.take(
          queue.map(({ operation }) => operation),
          options.mostOperations,
        );
        const batch = queue.splice(0, count);
        await oneAtATime
          .runExclusive(() => flush(batch))
          .catch((error: unknown) => {
            unsure = true;
            batch.forEach(({ fail }) => fail(error));
          });
      }
    } finally {
      pumping = false;
      idleSince = Date.now();
    }
  };

  const upkeep = async (): Promise<void> => {
    if (upkeeping || lost.aborted) return;
    upkeeping = true;
    try {
      await oneAtATime.runExclusive(async () => {
        if (unsure) await recover();
        if (inFlight.length > 0) await lookAfter();
      });
      if (inFlight.length > 0) return;
      if (queue.length === 0 && !pumping && Date.now() - idleSince > options.idleMs) await end();
    } catch (error) {
      log.warn({ error: String(error) }, 'lane upkeep did not get through; it is tried again');
    } finally {
      upkeeping = false;
    }
  };

  const lookAfter = async (): Promise<void> => {
    const final = watcher.finalBlock();
    const [latestNonce, finalNonce] = await Promise.all([
      nonceAt('latest'),
      final ? nonceAt({ blockHash: final.hash }) : 0,
    ]);
    atLeastNonce = Math.max(atLeastNonce, latestNonce);
    if (inFlight.some(({ transaction }) => transaction.nonce < finalNonce)) {
      await ledger.finalizeNonces(lease, finalNonce);
      inFlight = inFlight.filter(({ transaction }) => transaction.nonce >= finalNonce);
      idleSince = Date.now();
    }
    const missing = inFlight.filter(({ transaction }) => transaction.nonce >= latestNonce);
    // What a reorg drops had paid enough: its time begins anew.
    for (const one of inFlight) one.missingSince = missing.includes(one) ? (one.missingSince ?? Date.now()) : null;
    const [oldest] = missing;
    if (!oldest || Date.now() - oldest.lastSentAt < options.rebroadcastAfterMs) return;
    if (Date.now() - (oldest.missingSince ?? Date.now()) >= options.bumpAfterMs) await bump(oldest);
    for (const one of missing) await send(one); // all of them: a node may have parked the later ones for the first
  };

  /** Another transaction on the same nonce, at a higher fee, with what may still be sent of the first one's operations. */
  const bump = async (one: InFlight): Promise<void> => {
    const fees = bumpedFees(one.transaction, await parts.fees(), options.maxFeePerGasWei);
    if (!fees) {
      log.error({ nonce: one.transaction.nonce }, 'stuck at the fee cap: the same bytes go on being sent');
      return;
    }
    const sign = (nonce: number, accepted: readonly LaneOperation[]) => signing.sign(nonce, accepted, fees);
    unsure = true; // until it is known whether it is journaled: the same bytes cannot be journaled twice
    const { transaction } = await ledger.replace(lease, one.transaction.nonce, one.operations, sign);
    unsure = false;
    if (!transaction) return;
    one.transaction = transaction;
    one.missingSince = Date.now();
    log.warn({ nonce: one.transaction.nonce, hash: one.transaction.hash }, 'replaced at a higher fee');
  };

  let markEnded: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (markEnded = resolve));
  const timer = setInterval(() => void upkeep(), upkeepEveryMs);
  timer.unref();
  // Somebody has to want to know: without a listener or an operation that is waited for, the watcher does not ask what is final.
  const stopListening = watcher.onBlock(() => undefined);
  const end = async (): Promise<void> => held.release();
  const letGo = (): void => {
    clearInterval(timer);
    stopListening();
    const waiting = queue;
    queue = [];
    waiting.forEach(({ fail }) => fail(lost.reason));
    markEnded();
  };
  // It may be lost already, while the chain was asked: a signal says so only once.
  if (lost.aborted) letGo();
  else lost.addEventListener('abort', letGo, { once: true });

  await oneAtATime.runExclusive(recover);
  return {
    ended,
    end,
    submit(operation) {
      if (lost.aborted) return Promise.reject(lost.reason as TransientError);
      return new Promise((answer, fail) => {
        queue.push({ operation, answer, fail });
        void pump();
      });
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

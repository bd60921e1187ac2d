import { Mutex } from 'async-mutex';
import { setTimeout as pause } from 'node:timers/promises';
import type { TransientError } from '../domain/errors';
import { failpoint } from '../failpoint';
import { createInFlight, type InFlightParts } from './createInFlight';
import { cappedFees } from './fees';
import type { HeldLease } from './holdLease';
import type { LaneOperation, Submitted } from './lane';

/** One worker's time with one lane: from taking its lease to losing it or giving it back. */
export interface Tenure {
  submit(operation: LaneOperation): Promise<Submitted>;
  /** Resolves when the lane is no longer ours. */
  readonly ended: Promise<void>;
  end(): Promise<void>;
}

export interface TenureParts extends InFlightParts {
  readonly held: HeldLease;
  /** Whether other operations are on their way on this chain: then it pays to wait a moment for company. */
  readonly inCompany: () => boolean;
}

interface Waiting {
  readonly operation: LaneOperation;
  readonly since: number;
  readonly answer: (submitted: Submitted) => void;
  readonly fail: (error: unknown) => void;
}

/** Looked at once a second: none of it is needed while all goes well. */
const upkeepEveryMs = 1_000;

export async function beginTenure(parts: TenureParts): Promise<Tenure> {
  const { watcher, ledger, signing, held, options, metrics, log } = parts;
  const { lease, lost } = held;
  const inFlight = createInFlight(lease, parts);
  const oneAtATime = new Mutex();
  let queue: Waiting[] = [];
  let pumping = false;
  let upkeeping = false;
  let idleSince = Date.now();

  const flush = async (batch: readonly Waiting[]): Promise<void> => {
    await inFlight.settleDoubt();
    const fees = cappedFees(await parts.fees(), options.maxFeePerGasWei);
    const sign = (nonce: number, accepted: readonly LaneOperation[]) => signing.sign(nonce, accepted, fees);
    const operations = batch.map(({ operation }) => operation);
    const { atLeastNonce } = inFlight;
    failpoint('flush-begun');
    const { transaction, accepted, refused } = await ledger.flush(lease, operations, sign, { atLeastNonce });
    for (const { operation, answer } of batch) {
      const refusal = refused.find((one) => one.operation === operation);
      if (refusal) answer({ kind: 'refused', reason: refusal.reason });
      else if (transaction) answer({ kind: 'journaled', transaction });
    }
    if (!transaction) return;
    metrics.journaled(accepted.length, Date.now() - (batch[0]?.since ?? Date.now()), transaction.maxFeePerGas);
    await inFlight.add(transaction, accepted);
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
        metrics.waiting(queue.length);
        await oneAtATime
          .runExclusive(() => flush(batch))
          .catch((error: unknown) => {
            inFlight.doubt();
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
        await inFlight.settleDoubt();
        if (!inFlight.isEmpty) await inFlight.lookAfter();
      });
      if (pumping || queue.length > 0 || !inFlight.isEmpty) idleSince = Date.now();
      else if (Date.now() - idleSince > options.idleMs) await held.release();
    } catch (error) {
      log.warn({ error: String(error) }, 'lane upkeep did not get through; it is tried again');
    } finally {
      upkeeping = false;
    }
  };

  let markEnded: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (markEnded = resolve));
  const timer = setInterval(() => void upkeep(), upkeepEveryMs);
  timer.unref();
  // Somebody has to want to know: without a listener or an operation that is waited for, the watcher does not ask what is final.
  const stopListening = watcher.onBlock(() => undefined);
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

  await oneAtATime.runExclusive(() => inFlight.settleDoubt());
  return {
    ended,
    end: () => held.release(),
    submit(operation) {
      if (lost.aborted) return Promise.reject(lost.reason as TransientError);
      return new Promise((answer, fail) => {
        queue.push({ operation, since: Date.now(), answer, fail });
        metrics.waiting(queue.length);
        void pump();
      });
    },
  };
}

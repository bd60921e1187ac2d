import type { Hex } from 'viem';
import { checkIdentity } from '../chains/checkIdentity';
import { checkOrder } from '../chains/checkOrder';
import { findAppliedTx } from '../chains/findAppliedTx';
import type { Operation } from '../chains/encodeExecute';
import { readFinalSlot, type FinalSlot } from '../chains/readFinalSlot';
import { readSlot } from '../chains/readSlot';
import type { ErrorCode } from '../domain/errorCodes';
import { PermanentError, TransientError } from '../domain/errors';
import { fingerprintOf } from '../domain/fingerprint';
import { parseOrder } from '../domain/parseOrder';
import { parseSignature } from '../domain/parseSignature';
import { attemptOf, isApplied, slotBelongsTo } from '../domain/slot';
import type { Burned, BurnRequest } from '../domain/steps';
import { operationKeyOf } from '../lanes/operationKeyOf';
import { proveNoBurn } from '../lanes/proveNoBurn';
import { settleOperation } from '../lanes/settleOperation';
import { createPace } from './createPace';
import { desksOf, type Dependencies } from './dependencies';

/** Reasons that are the gateway's state of the hour, not an answer about this order. */
const transientReasons = new Set(['RateLimited', 'PausedNew', 'PausedAll', 'RouteDisabled', 'NotAuthorized']);

/** A dozen reads each time: no more often than this, however short the chain's poll interval. */
const leastRecheckMs = 500;

const codeOfReason: Readonly<Record<string, ErrorCode>> = {
  OrderMismatch: 'IDEMPOTENCY_CONFLICT',
  Expired: 'EXPIRED',
  Revoked: 'REVOKED',
  AttemptsExhausted: 'ATTEMPTS_EXHAUSTED',
  SignatureInvalid: 'SIGNATURE_INVALID',
};

/**
 * Takes a settlement from PENDING to BURNED: checks the order, burns the holder's tokens on the source chain and waits until
 * that is final. Safe to run any number of times: the slot is asked first.
 * @throws PermanentError (CANCELLED among them) only with a proof that no burn of this attempt can land any more; whatever is unknown is transient
 */
export async function burn(deps: Dependencies, request: BurnRequest): Promise<Burned> {
  const order = parseOrder(request.order);
  const { source, destination } = desksOf(deps, order);
  const signature = parseSignature(request.signature);
  const pace = createPace(request);
  const journalIsComplete = (await deps.journal.open(pace.execution)) && request.pastUnknown !== true;
  const fingerprint = fingerprintOf(order, source.chain.config.gateway);

  const start = await checkIdentity(source.chain, order.settlementId, fingerprint);
  const attempt = attemptOf(start.slot);
  const operation: Operation = { kind: 'Burn', attempt, order, signature };
  const burnKey = operationKeyOf(source.chain, operation);

  /** Ends the settlement only if nothing of it can land any more; otherwise it stays BURNING and is asked again. */
  const endUnburned = async (final: FinalSlot, reason: Error): Promise<never> => {
    const facts = { order, fingerprint, burn: burnKey, final, journalIsComplete };
    if (await proveNoBurn(source.chain, deps.journal, facts)) throw reason;
    throw new TransientError('OUTCOME_UNKNOWN', `held, an earlier burn could still land (${reason.message})`, {
      retryAfterMs: 2_000,
    });
  };

  /** A pause, or a chain that is away, is waited for in here, where a cancel is heard: between two executions none is. */
  const problemOf = async (): Promise<PermanentError | null> => {
    for (;;) {
      // What was signed is followed to its end; only where nothing was can a cancel end it here.
      if (pace.cancelRequested) return (await deps.journal.find(burnKey)).length === 0 ? cancelled() : null;
      try {
        await checkIdentity(destination.chain, order.settlementId, fingerprint);
        const facts = { order, fingerprint, signature, attempt, mode: request.mode, final: start };
        return await checkOrder(source.chain, destination.chain, deps.orderBounds, facts);
      } catch (error) {
        if (!(error instanceof TransientError) || pace.isOver) throw error;
        await pace.nextTurn(source.chain.config.name, Math.max(source.chain.config.pollIntervalMs, leastRecheckMs));
      }
    }
  };

  // A burn that is in, final or not, has passed every check; its own effect must not fail it (the balance, above all).
  if (!isApplied(await readSlot(source.chain, burnKey.settlementKey, 'latest'), 'Burn', attempt)) {
    const problem = await problemOf();
    if (problem) await endUnburned(await readFinalSlot(source.chain, burnKey.settlementKey), problem);
  }
  const settled = await settleOperation(source.settler, deps.journal, operation, pace, async () => {});
  if (settled.kind === 'cancelled') await endUnburned(settled.final, cancelled());
  if (settled.kind === 'refused') await endUnburned(settled.final, refusalOf(settled.reason, source.chain.config.name));
  if (settled.kind === 'superseded') throw supersededError(settled.final, fingerprint, attempt);

  return {
    attempt,
    txHash: await findAppliedTx(source.chain, { ...burnKey, fingerprint }),
    mintWindowMs: destination.chain.config.mintWindowMs,
    undoAlarmMs: source.chain.config.undoAlarmMs,
  };
}

function cancelled(): PermanentError {
  return new PermanentError('CANCELLED', 'cancelled before the burn');
}

function refusalOf(reason: string, chainName: string): PermanentError | TransientError {
  const message = `the gateway on ${chainName} refused the burn: ${reason}`;
  if (transientReasons.has(reason)) return new TransientError('TRANSIENT_REFUSAL', message, { retryAfterMs: 1_000 });
  return new PermanentError(codeOfReason[reason] ?? 'BURN_REFUSED', message);
}

function supersededError(final: FinalSlot, fingerprint: Hex, attempt: number): Error {
  if (!slotBelongsTo(final.slot, fingerprint)) {
    return new PermanentError('IDEMPOTENCY_CONFLICT', 'another order stands under this id on the source chain');
  }
  // Someone else moved the settlement on while we looked: the next execution reads the new attempt.
  return new TransientError(
    'OUTCOME_UNKNOWN',
    `the slot went to ${final.slot.state}(${final.slot.attempt}), not attempt ${attempt}`,
  );
}

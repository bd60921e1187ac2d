import { checkIdentity } from '../chains/checkIdentity';
import { checkOrder } from '../chains/checkOrder';
import { findAppliedTx } from '../chains/findAppliedTx';
import type { Operation } from '../chains/encodeExecute';
import { readFinalSlot, type FinalSlot } from '../chains/readFinalSlot';
import { readSlot } from '../chains/readSlot';
import type { ErrorCode } from '../domain/errorCodes';
import { PermanentError, TransientError } from '../domain/errors';
import { identityOf } from '../domain/fingerprint';
import type { SettlementOrder } from '../domain/order';
import { parseOrder } from '../domain/parseOrder';
import { isSignature, parseSignature } from '../domain/parseSignature';
import { attemptOf, isApplied } from '../domain/slot';
import type { Burned, BurnRequest } from '../domain/steps';
import { operationKeyOf } from '../lanes/operationKeyOf';
import type { Pace } from '../lanes/pace';
import { proveNoBurn } from '../lanes/proveNoBurn';
import { settleOperation } from '../lanes/settleOperation';
import { createPace } from './createPace';
import { desksOf, findDesk, type Dependencies } from './dependencies';

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
 * @throws PermanentError (CANCELLED among them) only with a proof that no burn of this attempt can land any more; whatever is
 * unknown is transient. An order that is none at all needs no proof.
 */
export async function burn(deps: Dependencies, request: BurnRequest): Promise<Burned> {
  const order = parseOrder(request.order);
  const pace = createPace(request);
  const journalIsComplete = (await deps.journal.open(pace.execution)) && request.pastUnknown !== true;
  try {
    return await burnUntilFinal(deps, order, request, pace);
  } catch (error) {
    if (!(error instanceof PermanentError) || (await cannotLand(deps, order, journalIsComplete))) throw error;
    throw new TransientError('OUTCOME_UNKNOWN', `held, an earlier burn could still land (${error.message})`, {
      retryAfterMs: 2_000,
    });
  }
}

/** Whatever ends a burn, this worker's own configuration included, ends it only if nothing of it can land any more. */
async function cannotLand(deps: Dependencies, order: SettlementOrder, journalIsComplete: boolean): Promise<boolean> {
  const source = findDesk(deps, order.sourceChainId)?.chain;
  // This worker never signed for a chain it does not know; that no other did, only a complete journal tells.
  if (!source) return journalIsComplete;
  const identity = identityOf(order, source.config.gateway);
  const final = await readFinalSlot(source, identity);
  const burn = { ...identity, chainId: source.config.chainId, kind: 'Burn', attempt: attemptOf(final.slot) } as const;
  return (await proveNoBurn(source, deps.journal, { order, burn, final, journalIsComplete })) !== null;
}

async function burnUntilFinal(
  deps: Dependencies,
  order: SettlementOrder,
  request: BurnRequest,
  pace: Pace,
): Promise<Burned> {
  const { source, destination } = desksOf(deps, order);
  const identity = identityOf(order, source.chain.config.gateway);
  const { fingerprint } = identity;
  const start = await checkIdentity(source.chain, identity);
  const attempt = attemptOf(start.slot);
  // A burn that is in, final or not, has passed every check; its own effect must not fail it (the balance, above all).
  const isIn = isApplied(await readSlot(source.chain, identity, 'latest'), 'Burn', attempt);
  const signature = isIn && !isSignature(request.signature) ? '0x' : parseSignature(request.signature);
  const operation: Operation = { kind: 'Burn', attempt, order, fingerprint, signature };
  const burnKey = operationKeyOf(source.chain, operation);

  /** A pause, or a chain that is away, is waited for in here, where a cancel is heard: between two executions none is. */
  const problemOf = async (): Promise<PermanentError | null> => {
    for (;;) {
      // What was signed is followed to its end; only where nothing was can a cancel end it here.
      if (pace.cancelRequested) return (await deps.journal.find(burnKey)).length === 0 ? cancelled() : null;
      try {
        await checkIdentity(destination.chain, identity);
        const facts = { order, fingerprint, signature, attempt, mode: request.mode, final: start };
        return await checkOrder(source.chain, destination.chain, deps.orderBounds, facts);
      } catch (error) {
        if (!(error instanceof TransientError) || pace.isOver) throw error;
        await pace.nextTurn(source.chain.config.name, Math.max(source.chain.config.pollIntervalMs, leastRecheckMs));
      }
    }
  };

  const problem = isIn ? null : await problemOf();
  if (problem) throw problem;
  const settled = await settleOperation(source.settler, deps.journal, operation, pace, async () => {});
  switch (settled.kind) {
    case 'cancelled':
      throw cancelled();
    case 'refused':
      throw refusalOf(settled.reason, source.chain.config.name);
    case 'superseded':
      throw supersededError(settled.final, attempt);
    case 'applied':
      return {
        attempt,
        txHash: await findAppliedTx(source.chain, burnKey),
        mintWindowMs: destination.chain.config.mintWindowMs,
        undoAlarmMs: source.chain.config.undoAlarmMs,
      };
  }
}

function cancelled(): PermanentError {
  return new PermanentError('CANCELLED', 'cancelled before the burn');
}

function refusalOf(reason: string, chainName: string): PermanentError | TransientError {
  const message = `the gateway on ${chainName} refused the burn: ${reason}`;
  if (transientReasons.has(reason)) return new TransientError('TRANSIENT_REFUSAL', message, { retryAfterMs: 1_000 });
  return new PermanentError(codeOfReason[reason] ?? 'BURN_REFUSED', message);
}

function supersededError({ slot }: FinalSlot, attempt: number): PermanentError | TransientError {
  if (slot.state === 'OtherOrder') {
    return new PermanentError('IDEMPOTENCY_CONFLICT', 'another order stands under this id on the source chain');
  }
  // Someone else moved the settlement on while we looked: the next execution reads the new attempt.
  return new TransientError(
    'OUTCOME_UNKNOWN',
    `the slot went to ${slot.state}(${slot.attempt}), not attempt ${attempt}`,
  );
}

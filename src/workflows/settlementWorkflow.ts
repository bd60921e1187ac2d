import { ApplicationFailure, CancellationScope, workflowInfo } from '@temporalio/workflow';
import { checkOrderShape, hasOrderTypes } from '../domain/checkOrderShape';
import { PermanentError } from '../domain/errors';
import type { SettlementRequest } from '../domain/messages';
import type { OrderJson } from '../domain/order';
import type { SettlementRecord } from '../domain/record';
import type { AttemptRequest, Burned, Minted } from '../domain/steps';
import { describeError, hasCode, isDefinite } from './describeError';
import { Desk } from './desk';
import { Saga, type Undone } from './saga';
import { Settlement } from './settlement';
import { burn, cancelMint, mintWithin, refund, reverseMint } from './steps';

/**
 * One settlement: burn on the source chain, mint on the destination, or the holder's tokens back. Its workflow id is the
 * settlement id. Returns the record when COMPLETED; FAILED ends the run with a failure that carries the record.
 */
export async function settlementWorkflow(
  input: OrderJson,
  signature: string,
  request: SettlementRequest = { kind: 'start' },
): Promise<SettlementRecord> {
  const order = requireOwnOrder(input);
  requireKind(request);
  const settlement = new Settlement(order);
  const desk = new Desk(settlement);
  const saga = new Saga(settlement, desk);
  // A cancel from Temporal's own UI or CLI is the caller's cancel; nothing of the saga is ever cut off half-way.
  CancellationScope.current().cancelRequested.catch(() => desk.takeCancel());
  return CancellationScope.nonCancellable(async () => {
    try {
      return await settle(order, signature, request, { settlement, desk, saga });
    } finally {
      await settlement.alertsSettled();
    }
  });
}

interface Run {
  readonly settlement: Settlement;
  readonly desk: Desk;
  readonly saga: Saga;
}

async function settle(
  order: OrderJson,
  signature: string,
  request: SettlementRequest,
  run: Run,
): Promise<SettlementRecord> {
  const { settlement, saga } = run;
  const attempt = (): AttemptRequest => ({ order, attempt: settlement.record.attempt });

  let because: unknown = null;
  saga.register('refund the burn', () => undoBurn(attempt(), because));
  const burned = await burnOrFail(order, signature, request, run);

  for (;;) {
    saga.register('cancel the mint', () => undoMint(attempt()));
    try {
      return complete(settlement, await mintOnce(attempt(), burned.mintWindowMs, run));
    } catch (error) {
      const minted = settlement.status === 'MINTED' || hasCode(error, 'BURN_VANISHED');
      if (minted && !(await reversedByOperator(error, attempt(), run))) continue;
      because = error;
      settlement.advance('COMPENSATING');
      settlement.publish();

      const end = await saga.compensate(burned.undoAlarmMs);
      if (end.outcome === 'forward') continue;
      if (end.outcome === 'stands') {
        // Too late to undo: forward, through the same last look at both chains as any other mint.
        settlement.advance('MINTED', { mintTxHash: end.mintTxHash });
        continue;
      }
      const refunded = end.refundTxHash !== undefined;
      settlement.advance('FAILED', { compensated: refunded, refundTxHash: end.refundTxHash ?? null });
      throw settlement.failure(error);
    }
  }
}

/**
 * A burn ends in one of two ways: final, or refused with a proof that none of this attempt can land any more (then there is
 * nothing to undo). A cancel may cut an activity off between two tries, and Temporal tries a cancelled one no more: what is
 * unknown then is asked for again, by a burn that signs nothing new.
 */
async function burnOrFail(order: OrderJson, signature: string, request: SettlementRequest, run: Run): Promise<Burned> {
  const { settlement, desk } = run;
  settlement.advance('PROCESSING');
  settlement.advance('BURNING');
  const asked = { order, signature, mode: request.kind };
  const askAgain = (error: unknown): Promise<Burned> => {
    if (isDefinite(error)) throw error;
    return burn({ ...asked, withhold: true });
  };
  try {
    const burned = await desk.untilCancelled(() => burn(asked)).catch(askAgain);
    settlement.advance('BURNED', { attempt: burned.attempt, burnTxHash: burned.txHash });
    return burned;
  } catch (error) {
    settlement.advance('FAILED');
    throw settlement.failure(error);
  }
}

/** A mint that is known to stand is only confirmed: neither a window nor a cancel applies to it any more. */
async function mintOnce(attempt: AttemptRequest, mintWindowMs: number, { settlement, desk }: Run): Promise<Minted> {
  if (settlement.status === 'MINTED') return mintWithin(undefined)(attempt);
  settlement.advance('MINTING');
  return desk.untilCancelled(() => mintWithin(mintWindowMs)(attempt));
}

/** Gives the tokens back, if any were burned; the activity itself demands the proof that no mint can land. */
async function undoBurn(attempt: AttemptRequest, because: unknown): Promise<Undone> {
  const refunded = await refund({ ...attempt, because: describeError(because) });
  return refunded.outcome === 'refunded' ? { outcome: 'undone', refundTxHash: refunded.txHash } : { outcome: 'undone' };
}

/** A mint is never taken back by the saga: it is kept from landing, or it stands. */
async function undoMint(attempt: AttemptRequest): Promise<Undone> {
  const cancelled = await cancelMint(attempt);
  return cancelled.outcome === 'minted' ? { outcome: 'stands', mintTxHash: cancelled.txHash } : { outcome: 'undone' };
}

function complete(settlement: Settlement, { txHash: mintTxHash }: Minted): SettlementRecord {
  if (settlement.status !== 'MINTED') settlement.advance('MINTED', { mintTxHash });
  settlement.dismissOperator();
  settlement.advance('COMPLETED', { mintTxHash, errorCode: null, errorMessage: null });
  settlement.publish();
  return settlement.record;
}

/**
 * Minted, and a reorg past finality took the burn: no automatic move is safe. Waits for an operator; true once their reversal
 * is final, false when the chains are to be looked at again.
 */
async function reversedByOperator(
  error: unknown,
  attempt: AttemptRequest,
  { settlement, desk }: Run,
): Promise<boolean> {
  if (settlement.status !== 'MINTED') settlement.advance('MINTED');
  settlement.callOperator(error);
  const word = await desk.nextWord();
  if (word?.action !== 'refund') return false;
  try {
    await reverseMint({ ...attempt, by: word.by, evidence: word.evidence });
    return true;
  } catch (refused) {
    settlement.callOperator(refused);
    return false;
  }
}

/**
 * A raw `temporal workflow start` may hand over anything, under any id: an order that is none would fail its task for ever, and
 * one under another id than its own would escape exactly-once.
 */
function requireOwnOrder(input: unknown): OrderJson {
  const { workflowId } = workflowInfo();
  try {
    const fields = checkOrderShape(input);
    if (!hasOrderTypes(fields)) throw new PermanentError('BAD_REQUEST', 'a field of the order has the wrong JSON type');
    if (fields.settlementId === workflowId) return fields;
    const message = `the workflow id is ${workflowId}, the order's settlementId ${fields.settlementId}: they must be equal`;
    throw new PermanentError('ID_INVALID', message);
  } catch (error) {
    if (error instanceof PermanentError) throw ApplicationFailure.nonRetryable(error.message, error.code);
    throw error;
  }
}

/** A kind that is neither would reach the burn as "not a plain start" and begin the attempt after a refund. */
function requireKind(request: Partial<SettlementRequest> | null): void {
  if (request?.kind === 'start' || request?.kind === 'retry') return;
  throw ApplicationFailure.nonRetryable(
    'the third input, if any, must be {"kind":"start"} or {"kind":"retry"}',
    'BAD_REQUEST',
  );
}

import type { Hex } from 'viem';
import type { Chain } from '../chains/chain';
import { checkIdentity } from '../chains/checkIdentity';
import { askAboutOrder, checkOrder, type OrderReads } from '../chains/checkOrder';
import type { FinalSlot } from '../chains/readFinalSlot';
import type { ErrorCode } from '../domain/errorCodes';
import { PermanentError, TransientError } from '../domain/errors';
import { identityOf, type OrderIdentity } from '../domain/fingerprint';
import type { SettlementOrder } from '../domain/order';
import { isSignature, parseSignature } from '../domain/parseSignature';
import { attemptOf, isApplied, type Slot } from '../domain/slot';
import type { SettlementStatus } from '../domain/status';
import type { Burned, BurnRequest } from '../domain/steps';
import { failpoint } from '../failpoint';
import { appliedTransaction } from '../lanes/appliedTransaction';
import { isUntouched } from '../lanes/isUntouched';
import type { Pace } from '../lanes/pace';
import { readSlots, type Slots } from '../lanes/readSlots';
import { settleOperation } from '../lanes/settleOperation';
import type { LedgerSettlement } from '../ledger/ledger';
import { desksOf, type ChainDesk, type Dependencies } from './dependencies';
import { operationFor } from './operationFor';
import { withheldError } from './withheldError';

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

/** Statuses in which the burn of the row's attempt may not be final yet; in any other it is, or was given back. */
const beforeBurned: ReadonlySet<SettlementStatus> = new Set(['PROCESSING', 'BURNING']);

/**
 * Brings the burn of a settlement to a final slot, for the run that `pace` names: enters it in the ledger, checks the order, burns and
 * waits. Safe to run any number of times: the slot is asked first.
 * @throws PermanentError when the order cannot be burned: no proof yet that no burn of the attempt can land any more
 */
export async function burnUntilFinal(
  deps: Dependencies,
  order: SettlementOrder,
  request: BurnRequest,
  pace: Pace,
): Promise<Burned> {
  const { source, destination } = desksOf(deps, order);
  const identity = identityOf(order, source.chain.config.gateway);
  const { fingerprint } = identity;
  const ask = () => askBefore({ source, destination }, order, identity, request.signature);
  let asked: ReturnType<typeof ask> | null = ask(); // with the slots, in one request a chain
  const slots = await readSlots(source.settler, identity, isUntouched);
  const { final: start, latest } = slots;
  checkIdentity(source.chain, start.slot);
  const entered = await enter(deps, order, request, pace, { source, destination, fingerprint, slot: start.slot });
  failpoint('burn-entered');
  const { status, attempt } = entered.record;
  if (start.slot.state === 'Refunded' && start.slot.attempt === attempt) throw await noteRefund(deps, entered);
  // A burn that is in, final or not, has passed every check; its own effect must not fail it (the balance, above all).
  const isIn = isApplied(latest, 'Burn', attempt);
  const signature = isIn && !isSignature(request.signature) ? '0x' : parseSignature(request.signature);
  const operation = operationFor(identity, order, { kind: 'Burn', attempt, owner: entered.owner, signature });
  const nothingJournaled = status === 'PROCESSING'; // the journal moves it on

  const judge = async (): Promise<PermanentError | null> => {
    const { reads, there } = asked ?? ask();
    asked = null;
    checkIdentity(destination.chain, (await there).final.slot);
    const facts = { order, fingerprint, signature, attempt, mode: request.mode, slot: start.slot };
    return checkOrder(source.chain, destination.chain, deps.orderBounds, facts, reads);
  };

  const isChecked = isIn || !beforeBurned.has(status);
  const problem = isChecked ? null : await untilJudged(judge, source.chain, pace, { mayCancel: nothingJournaled });
  if (problem) throw problem;
  failpoint('burn-judged');
  const settled = await settleOperation(source.settler, operation, pace, async () => {}, {
    nothingJournaled,
    slots,
  });
  switch (settled.kind) {
    case 'cancelled':
      throw cancelled();
    case 'refused':
      throw refusalOf(settled.reason, source.chain.config.name);
    case 'superseded':
      throw supersededError(settled.final, attempt);
    case 'withheld':
      throw withheldError('burn', settled.reason);
    case 'applied': {
      const txHash = settled.transactionHash ?? (await appliedTransaction(source.settler, operation));
      failpoint('burn-final');
      if (beforeBurned.has(status)) {
        const { owner } = entered;
        const burned = { owner, attempt, to: 'BURNED', facts: { burnTxHash: txHash } } as const;
        await deps.ledger.advance([{ owner, attempt, to: 'BURNING' }, burned]);
      }
      failpoint('burn-advanced');
      const { mintWindowMs } = destination.chain.config;
      return { attempt, txHash, mintWindowMs, undoAlarmMs: source.chain.config.undoAlarmMs };
    }
  }
}

/**
 * What is wrong with the order, or null. A pause, or a chain that is away, is waited for in here, where a cancel is heard: between
 * two executions none is. What was signed is followed to its end, so a cancel ends it here only where nothing was.
 */
async function untilJudged(
  judge: () => Promise<PermanentError | null>,
  { config: { name, pollIntervalMs } }: Chain,
  pace: Pace,
  { mayCancel }: { readonly mayCancel: boolean },
): Promise<PermanentError | null> {
  for (;;) {
    if (pace.cancelRequested) return mayCancel ? cancelled() : null;
    try {
      return await judge();
    } catch (error) {
      if (!(error instanceof TransientError) || pace.isOver) throw error;
      await pace.nextTurn(name, Math.max(pollIntervalMs, leastRecheckMs));
    }
  }
}

/** What must hold before a burn is signed, asked and not yet judged. */
function askBefore(
  { source, destination }: { source: ChainDesk; destination: ChainDesk },
  order: SettlementOrder,
  { fingerprint, settlementKey }: OrderIdentity,
  signature: unknown,
): { reads: OrderReads; there: Promise<Slots> } {
  const facts = { order, fingerprint, signature: isSignature(signature) ? signature : '0x' } as const;
  const reads = askAboutOrder(source.chain, destination.chain, facts);
  const there = readSlots(destination.settler, { fingerprint, settlementKey });
  there.catch(() => undefined); // it may not be needed
  return { reads, there };
}

/** The one transaction that enters PROCESSING and fixes the attempt; a settlement that stands is taken over where it is. */
async function enter(
  deps: Dependencies,
  order: SettlementOrder,
  { mode, signature }: BurnRequest,
  { execution }: Pace,
  {
    source,
    destination,
    fingerprint,
    slot,
  }: { source: ChainDesk; destination: ChainDesk; fingerprint: Hex; slot: Slot },
): Promise<LedgerSettlement> {
  const entered = await deps.ledger.enter({
    order,
    signature: isSignature(signature) ? signature : '0x', // a raw start may hand over anything
    fingerprint,
    sourceChain: source.chain.config.name,
    destinationChain: destination.chain.config.name,
    runId: execution.runId,
    scheduledAtMs: execution.scheduledAtMs,
    mode,
    attempt: attemptOf(slot),
    burnStands: slot.state === 'Burned',
    knownEpoch: deps.epoch,
  });
  const { status, errorCode, errorMessage } = entered.record;
  if (status !== 'FAILED') return entered;
  // The same answer as ever; only a retry by another run lifts it.
  throw new PermanentError(errorCode ?? 'INTERNAL', errorMessage ?? 'it failed, and stands failed');
}

/** A run that was cut off after its refund was final and before the ledger knew: the next one finds it given back. */
async function noteRefund(deps: Dependencies, { owner, record }: LedgerSettlement): Promise<PermanentError> {
  const { attempt, status } = record;
  const error = new PermanentError('ALREADY_REFUNDED', `attempt ${attempt} was refunded`);
  const facts = { compensated: true, errorCode: error.code, errorMessage: error.message };
  if (status !== 'COMPENSATING') await deps.ledger.advance({ owner, attempt, to: 'COMPENSATING' });
  await deps.ledger.advance({ owner, attempt, to: 'FAILED', facts });
  return error;
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

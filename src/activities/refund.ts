import { readSlot } from '../chains/readSlot';
import { readFinalSlot, type FinalSlot } from '../chains/readFinalSlot';
import { PermanentError, TransientError } from '../domain/errors';
import { identityOf } from '../domain/fingerprint';
import { parseOrder } from '../domain/parseOrder';
import { isApplied } from '../domain/slot';
import type { Refunded, RefundRequest } from '../domain/steps';
import { failpoint } from '../failpoint';
import { appliedTransaction } from '../lanes/appliedTransaction';
import type { LaneOperation } from '../lanes/lane';
import { operationKeyOf } from '../lanes/operationKeyOf';
import { proveNoBurn } from '../lanes/proveNoBurn';
import { settleOperation } from '../lanes/settleOperation';
import { createPace } from './createPace';
import { desksOf, type Dependencies } from './dependencies';
import { mintCannotLand } from './mintCannotLand';
import { operationFor } from './operationFor';
import { ownedSettlement } from './ownedSettlement';
import { withheldError } from './withheldError';

const transientReasons = new Set(['PausedAll', 'NotAuthorized']);

/**
 * The undo of a burn: gives the holder the tokens back on the source chain. Moves money only while the ledger's mark or a final
 * destination block proves that no mint of this attempt can land; it asks for that proof itself, right before each broadcast.
 * @throws PermanentError REFUND_REFUSED when the source gateway refused it for good (a frozen holder, for example)
 */
export async function refund(deps: Dependencies, request: RefundRequest): Promise<Refunded> {
  const { attempt } = request;
  const order = parseOrder(request.order);
  const { source, destination } = desksOf(deps, order);
  const pace = createPace();
  const identity = identityOf(order, source.chain.config.gateway);
  const { owner, record } = await ownedSettlement(deps, order, identity, pace);
  // A mint's worker that was cut off before it said "forward" may have said it since: back again, or no refund is let out.
  if (record.status === 'MINTING') await deps.ledger.advance({ owner, attempt, to: 'COMPENSATING' });
  failpoint('refund-owned');
  const operation = operationFor(identity, order, {
    kind: 'Refund',
    attempt,
    owner,
  });
  const end = async (facts: { compensated: boolean; refundTxHash: string | null }): Promise<void> => {
    if (record.status === 'FAILED') return; // written by an earlier execution
    const { code: errorCode, message: errorMessage } = request.because;
    const because = { errorCode, errorMessage, needsOperator: false };
    await deps.ledger.advance({ owner, attempt, to: 'FAILED', facts: { ...facts, ...because } });
  };

  const settled = await settleOperation(source.refunder, operation, pace, async () => {
    if (await deps.ledger.markNoMint({ owner, attempt })) return;
    const seen = await readFinalSlot(destination.chain, operation);
    if (mintCannotLand(destination.chain, order, attempt, seen)) return;
    throw new TransientError('OUTCOME_UNKNOWN', `no proof on ${destination.chain.config.name} that no mint can land`);
  });
  switch (settled.kind) {
    case 'applied': {
      const refundTxHash = settled.transactionHash ?? (await appliedTransaction(source.refunder, operation));
      failpoint('refund-final');
      await end({ compensated: true, refundTxHash });
      failpoint('refund-advanced');
      return { outcome: 'refunded', txHash: refundTxHash };
    }
    case 'superseded':
      await requireNothingBurned(deps, operation, settled.final);
      await end({ compensated: false, refundTxHash: null });
      return { outcome: 'nothingBurned' };
    case 'refused': {
      const message = `the gateway on ${source.chain.config.name} refused the refund: ${settled.reason}`;
      if (transientReasons.has(settled.reason)) throw new TransientError('TRANSIENT_REFUSAL', message);
      throw new PermanentError('REFUND_REFUSED', message);
    }
    case 'withheld':
      throw withheldError('refund', settled.reason);
    case 'cancelled':
      throw new TransientError('OUTCOME_UNKNOWN', 'the refund was interrupted before it was sent');
  }
}

/**
 * The burn was final once and is not there now: a reorg past finality. The same bytes may bring it back, so this is the end only
 * where it cannot come back, or where an operator reversed the mint because of it.
 * @throws PermanentError BURN_VANISHED, CONTRADICTION
 */
async function requireNothingBurned(deps: Dependencies, operation: LaneOperation, final: FinalSlot): Promise<void> {
  const { order, attempt } = operation;
  const { source, destination } = desksOf(deps, order);
  const { state, attempt: slotAttempt } = final.slot;
  if (state !== 'None' && !isApplied(final.slot, 'Refund', attempt - 1)) {
    throw new PermanentError('CONTRADICTION', `the source slot is ${state}(${slotAttempt})`);
  }
  const burn = operationKeyOf(source.chain, { ...operation, kind: 'Burn' });
  if ((await readFinalSlot(destination.chain, burn)).slot.state === 'Reversed') return;
  // It stands, and the chain shows a lower head than before: a node that lags, or a reorg that is not over.
  if (isApplied(await readSlot(source.chain, burn, 'latest'), 'Burn', attempt)) {
    throw new TransientError('AWAITING_FINALITY', `the burn is not final on ${source.chain.config.name}`);
  }
  if (await proveNoBurn(source.chain, { order, burn, final, journaled: null })) return;
  throw new PermanentError(
    'BURN_VANISHED',
    `${source.chain.config.name} dropped a burn that was final; it may come back`,
  );
}

import { findAppliedTx } from '../chains/findAppliedTx';
import { readFinalSlot, type FinalSlot } from '../chains/readFinalSlot';
import type { Operation } from '../chains/encodeExecute';
import { PermanentError, TransientError } from '../domain/errors';
import { identityOf } from '../domain/fingerprint';
import { parseOrder } from '../domain/parseOrder';
import { isApplied } from '../domain/slot';
import type { AttemptRequest, Refunded } from '../domain/steps';
import { operationKeyOf } from '../lanes/operationKeyOf';
import { proveNoBurn } from '../lanes/proveNoBurn';
import { settleOperation } from '../lanes/settleOperation';
import { createPace } from './createPace';
import { desksOf, type Dependencies } from './dependencies';
import { mintCannotLand } from './mintCannotLand';

const transientReasons = new Set(['PausedAll', 'NotAuthorized']);

/**
 * The undo of a burn: gives the holder the tokens back on the source chain. Moves money only while a final destination block
 * proves that no mint of this attempt can land; it reads that proof itself, right before each broadcast.
 * @throws PermanentError REFUND_REFUSED when the source gateway refused it for good (a frozen holder, for example)
 */
export async function refund(deps: Dependencies, { order: json, attempt }: AttemptRequest): Promise<Refunded> {
  const order = parseOrder(json);
  const { source, destination } = desksOf(deps, order);
  const pace = createPace();
  await deps.journal.open(pace.execution);
  const identity = identityOf(order, source.chain.config.gateway);
  const { fingerprint } = identity;
  const operation: Operation = { kind: 'Refund', attempt, order, fingerprint, signature: '0x' };

  const settled = await settleOperation(source.refunder, deps.journal, operation, pace, async () => {
    const seen = await readFinalSlot(destination.chain, identity);
    if (!mintCannotLand(destination.chain, order, attempt, seen)) {
      throw new TransientError(
        'OUTCOME_UNKNOWN',
        `no proof on ${destination.chain.config.name} that the mint cannot land`,
      );
    }
  });
  switch (settled.kind) {
    case 'applied':
      return {
        outcome: 'refunded',
        txHash: await findAppliedTx(source.chain, operationKeyOf(source.chain, operation)),
      };
    case 'superseded':
      return nothingBurned(deps, operation, settled.final);
    case 'refused': {
      const message = `the gateway on ${source.chain.config.name} refused the refund: ${settled.reason}`;
      if (transientReasons.has(settled.reason)) throw new TransientError('TRANSIENT_REFUSAL', message);
      throw new PermanentError('REFUND_REFUSED', message);
    }
    case 'cancelled':
      throw new TransientError('OUTCOME_UNKNOWN', 'the refund was interrupted before it was sent');
  }
}

/**
 * The burn was final once and is not there now: a reorg past finality. The same bytes may bring it back, so this is the end only
 * where it cannot come back, or where an operator reversed the mint because of it.
 * @throws PermanentError BURN_VANISHED, CONTRADICTION
 */
async function nothingBurned(deps: Dependencies, operation: Operation, final: FinalSlot): Promise<Refunded> {
  const { order, attempt } = operation;
  const { source, destination } = desksOf(deps, order);
  const { state, attempt: slotAttempt } = final.slot;
  const burn = operationKeyOf(source.chain, { ...operation, kind: 'Burn' });
  if (state !== 'None' && !isApplied(final.slot, 'Refund', attempt - 1)) {
    throw new PermanentError('CONTRADICTION', `the source slot is ${state}(${slotAttempt})`);
  }
  const reversed = (await readFinalSlot(destination.chain, burn)).slot.state === 'Reversed';
  const proof = await proveNoBurn(source.chain, deps.journal, {
    order,
    burn,
    final,
    journalIsComplete: false,
  });
  if (reversed || proof) return { outcome: 'nothingBurned' };
  throw new PermanentError(
    'BURN_VANISHED',
    `${source.chain.config.name} dropped a burn that was final; it may come back`,
  );
}

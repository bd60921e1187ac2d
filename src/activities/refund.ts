import { findAppliedTx } from '../chains/findAppliedTx';
import { readFinalSlot } from '../chains/readFinalSlot';
import type { Operation } from '../chains/encodeExecute';
import { PermanentError, TransientError } from '../domain/errors';
import { fingerprintOf, settlementKeyOf } from '../domain/fingerprint';
import { parseOrder } from '../domain/parseOrder';
import { isApplied } from '../domain/slot';
import type { AttemptRequest, Refunded } from '../domain/steps';
import { operationKeyOf } from '../lanes/operationKeyOf';
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
  const key = settlementKeyOf(order.settlementId);
  const operation: Operation = { kind: 'Refund', attempt, order, signature: '0x' };

  const settled = await settleOperation(source.refunder, deps.journal, operation, pace, async () => {
    const seen = await readFinalSlot(destination.chain, key);
    if (!mintCannotLand(destination.chain, order, attempt, seen)) {
      throw new TransientError(
        'OUTCOME_UNKNOWN',
        `no proof on ${destination.chain.config.name} that the mint cannot land`,
      );
    }
  });
  switch (settled.kind) {
    case 'applied': {
      const fingerprint = fingerprintOf(order, source.chain.config.gateway);
      const txHash = await findAppliedTx(source.chain, { ...operationKeyOf(source.chain, operation), fingerprint });
      return { outcome: 'refunded', txHash };
    }
    case 'superseded':
      // Nothing of this attempt is burned at a final block; a burn that a reorg took away may come back, so look again.
      if (settled.final.slot.state === 'None' || isApplied(settled.final.slot, 'Refund', attempt - 1)) {
        return { outcome: 'nothingBurned' };
      }
      throw new PermanentError(
        'CONTRADICTION',
        `the source slot is ${settled.final.slot.state}(${settled.final.slot.attempt})`,
      );
    case 'refused': {
      const message = `the gateway on ${source.chain.config.name} refused the refund: ${settled.reason}`;
      if (transientReasons.has(settled.reason)) throw new TransientError('TRANSIENT_REFUSAL', message);
      throw new PermanentError('REFUND_REFUSED', message);
    }
    case 'cancelled':
      throw new TransientError('OUTCOME_UNKNOWN', 'the refund was interrupted before it was sent');
  }
}

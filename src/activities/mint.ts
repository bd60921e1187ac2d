import { CancelledFailure } from '@temporalio/activity';
import { findAppliedTx } from '../chains/findAppliedTx';
import { readFinalSlot } from '../chains/readFinalSlot';
import { readLimit } from '../chains/readLimit';
import { readPauses } from '../chains/readPauses';
import { readSlot } from '../chains/readSlot';
import { PermanentError, TransientError } from '../domain/errors';
import { identityOf } from '../domain/fingerprint';
import { parseOrder } from '../domain/parseOrder';
import { isApplied } from '../domain/slot';
import type { AttemptRequest, Minted } from '../domain/steps';
import type { Operation } from '../chains/encodeExecute';
import { operationKeyOf } from '../lanes/operationKeyOf';
import { settleOperation } from '../lanes/settleOperation';
import { createPace } from './createPace';
import { desksOf, type Dependencies } from './dependencies';

const transientReasons = new Set(['RateLimited', 'PausedAll', 'NotAuthorized']);

/**
 * Takes a settlement from BURNED to COMPLETED: mints on the destination chain, waits until that is final, and then sees that
 * the burn still stands. Never mints unless the burn is final at this moment.
 * @throws PermanentError MINT_REFUSED or EXPIRED: a final answer, though no proof that no mint can land: that is cancelMint's
 * @throws PermanentError BURN_VANISHED: minted, and the final source slot holds no burn of this attempt any more
 */
export async function mint(deps: Dependencies, { order: json, attempt }: AttemptRequest): Promise<Minted> {
  const order = parseOrder(json);
  const { source, destination } = desksOf(deps, order);
  const pace = createPace();
  await deps.journal.open(pace.execution);
  const identity = identityOf(order, source.chain.config.gateway);
  const { fingerprint } = identity;
  const operation: Operation = { kind: 'Mint', attempt, order, fingerprint, signature: '0x' };

  const settled = await settleOperation(destination.settler, deps.journal, operation, pace, async (final) => {
    const [finalSource, latestSource] = [
      await readFinalSlot(source.chain, identity),
      await readSlot(source.chain, identity, 'latest'),
    ];
    if (!isApplied(finalSource.slot, 'Burn', attempt) || !isApplied(latestSource, 'Burn', attempt)) {
      throw new TransientError(
        'AWAITING_FINALITY',
        `no burn of attempt ${attempt} is final on ${source.chain.config.name}`,
      );
    }
    if (final.block.timestamp >= order.validBefore)
      throw new PermanentError('EXPIRED', 'the order ran out before the mint');
    await refuseWhileClosed();
  });

  async function refuseWhileClosed(): Promise<void> {
    const limit = await readLimit(destination.chain, order.destinationToken, 'mint');
    if ((await readPauses(destination.chain)).all || limit.availableAmount < order.amount) {
      throw new TransientError(
        'TRANSIENT_REFUSAL',
        `the gateway on ${destination.chain.config.name} is paused or at its limit`,
      );
    }
  }

  switch (settled.kind) {
    case 'cancelled':
      throw new CancelledFailure('cancelled before the mint');
    case 'superseded':
      throw new PermanentError(
        'MINT_REFUSED',
        `the destination slot is ${settled.final.slot.state}(${settled.final.slot.attempt})`,
      );
    case 'refused': {
      const message = `the gateway on ${destination.chain.config.name} refused the mint: ${settled.reason}`;
      if (transientReasons.has(settled.reason)) throw new TransientError('TRANSIENT_REFUSAL', message);
      throw new PermanentError(settled.reason === 'Expired' ? 'EXPIRED' : 'MINT_REFUSED', message);
    }
    case 'applied': {
      const still = await readFinalSlot(source.chain, identity);
      if (!isApplied(still.slot, 'Burn', attempt)) {
        throw new PermanentError(
          'BURN_VANISHED',
          `minted, but the source slot is ${still.slot.state}(${still.slot.attempt})`,
        );
      }
      return { txHash: await findAppliedTx(destination.chain, operationKeyOf(destination.chain, operation)) };
    }
  }
}

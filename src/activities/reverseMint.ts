import { CancelledFailure } from '@temporalio/activity';
import { readFinalSlot } from '../chains/readFinalSlot';
import { PermanentError } from '../domain/errors';
import { identityOf } from '../domain/fingerprint';
import { parseOrder } from '../domain/parseOrder';
import { isApplied } from '../domain/slot';
import type { Minted, ReverseMintRequest } from '../domain/steps';
import { failpoint } from '../failpoint';
import { appliedTransaction } from '../lanes/appliedTransaction';
import { settleOperation } from '../lanes/settleOperation';
import { createPace } from './createPace';
import { desksOf, type Dependencies } from './dependencies';
import { operationFor } from './operationFor';
import { ownedSettlement } from './ownedSettlement';
import { withheldError } from './withheldError';

/**
 * Takes minted tokens back from the recipient: only ever on an operator's word, with a key of its own, no settler's and no refunder's, and only while the
 * final source slot holds no burn of this attempt that would pay for them.
 * @throws PermanentError CONTRADICTION when the burn stands (nothing to reverse), or the gateway refuses (tokens were spent)
 */
export async function reverseMint(deps: Dependencies, request: ReverseMintRequest): Promise<Minted> {
  const order = parseOrder(request.order);
  const { attempt } = request;
  const { source, destination } = desksOf(deps, order);
  if (!destination.reverser) {
    throw new PermanentError('CONFIG_INVALID', `this worker has no reverserKeys for ${destination.chain.config.name}`);
  }
  const pace = createPace();
  const identity = identityOf(order, source.chain.config.gateway);
  const { owner } = await ownedSettlement(deps, order, identity, pace);
  const operation = operationFor(identity, order, {
    kind: 'ReverseMint',
    attempt,
    owner,
  });

  const settled = await settleOperation(destination.reverser, operation, pace, async () => {
    const { slot } = await readFinalSlot(source.chain, operation);
    if (isApplied(slot, 'Burn', attempt)) {
      throw new PermanentError('CONTRADICTION', 'the burn stands: this mint is paid for and must not be reversed');
    }
  });
  switch (settled.kind) {
    case 'applied':
      failpoint('reverse-mint-final');
      return { txHash: await appliedTransaction(destination.reverser, operation) };
    case 'withheld':
      throw withheldError('reversal', settled.reason);
    case 'cancelled':
      throw new CancelledFailure('interrupted before the reversal was sent');
    case 'refused':
      throw new PermanentError(
        'CONTRADICTION',
        `${destination.chain.config.name} refused the reversal: ${settled.reason}`,
      );
    case 'superseded':
      throw new PermanentError(
        'CONTRADICTION',
        `the destination slot is ${settled.final.slot.state}: nothing to reverse`,
      );
  }
}

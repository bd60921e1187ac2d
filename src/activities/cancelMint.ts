import { findAppliedTx } from '../chains/findAppliedTx';
import { readFinalSlot } from '../chains/readFinalSlot';
import { TransientError } from '../domain/errors';
import { identityOf } from '../domain/fingerprint';
import { parseOrder } from '../domain/parseOrder';
import type { AttemptRequest, MintCancelled } from '../domain/steps';
import { isApplied } from '../domain/slot';
import { operationKeyOf } from '../lanes/operationKeyOf';
import { settleOperation } from '../lanes/settleOperation';
import { createPace } from './createPace';
import { desksOf, type Dependencies } from './dependencies';
import { mintCannotLand } from './mintCannotLand';

/**
 * The undo of a mint: makes sure, on evidence, that no mint of this attempt can land any more, by a tombstone in the
 * destination slot or because the order has run out there. If the slot says Minted the settlement is complete and goes forward.
 */
export async function cancelMint(deps: Dependencies, { order: json, attempt }: AttemptRequest): Promise<MintCancelled> {
  const order = parseOrder(json);
  const { source, destination } = desksOf(deps, order);
  const pace = createPace();
  await deps.journal.open(pace.execution);
  const identity = identityOf(order, source.chain.config.gateway);
  const operation = { kind: 'CancelMint', attempt, order, fingerprint: identity.fingerprint, signature: '0x' } as const;

  const evidence = mintCannotLand(destination.chain, order, attempt, await readFinalSlot(destination.chain, identity));
  if (evidence) return { outcome: 'cannotLand', proof: evidence };

  const settled = await settleOperation(destination.refunder, deps.journal, operation, pace, async () => {});
  const proof = mintCannotLand(destination.chain, order, attempt, settled.final);
  if (proof) return { outcome: 'cannotLand', proof };
  if (isApplied(settled.final.slot, 'Mint', attempt)) {
    const minted = operationKeyOf(destination.chain, { ...operation, kind: 'Mint' });
    return { outcome: 'minted', txHash: await findAppliedTx(destination.chain, minted) };
  }
  const why = settled.kind === 'refused' ? `refused: ${settled.reason}` : `the slot is ${settled.final.slot.state}`;
  throw new TransientError('OUTCOME_UNKNOWN', `no tombstone on ${destination.chain.config.name} yet (${why})`);
}

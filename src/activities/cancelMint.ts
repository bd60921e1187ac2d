import { findAppliedTx } from '../chains/findAppliedTx';
import { readFinalSlot } from '../chains/readFinalSlot';
import { TransientError } from '../domain/errors';
import { fingerprintOf, settlementKeyOf } from '../domain/fingerprint';
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
  const key = settlementKeyOf(order.settlementId);

  const evidence = mintCannotLand(destination.chain, order, attempt, await readFinalSlot(destination.chain, key));
  if (evidence) return { outcome: 'cannotLand', proof: evidence };

  const settled = await settleOperation(
    destination.refunder,
    deps.journal,
    { kind: 'CancelMint', attempt, order, signature: '0x' },
    pace,
    async () => {},
  );
  const proof = mintCannotLand(destination.chain, order, attempt, settled.final);
  if (proof) return { outcome: 'cannotLand', proof };
  if (isApplied(settled.final.slot, 'Mint', attempt)) {
    const fingerprint = fingerprintOf(order, source.chain.config.gateway);
    const minted = operationKeyOf(destination.chain, { kind: 'Mint', attempt, order, signature: '0x' });
    return { outcome: 'minted', txHash: await findAppliedTx(destination.chain, { ...minted, fingerprint }) };
  }
  const why = settled.kind === 'refused' ? `refused: ${settled.reason}` : `the slot is ${settled.final.slot.state}`;
  throw new TransientError('OUTCOME_UNKNOWN', `no tombstone on ${destination.chain.config.name} yet (${why})`);
}

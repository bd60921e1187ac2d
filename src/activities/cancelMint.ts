import { readFinalSlot } from '../chains/readFinalSlot';
import { TransientError } from '../domain/errors';
import { identityOf } from '../domain/fingerprint';
import { parseOrder } from '../domain/parseOrder';
import { isApplied } from '../domain/slot';
import type { AttemptRequest, MintCancelled } from '../domain/steps';
import { failpoint } from '../failpoint';
import { appliedTransaction } from '../lanes/appliedTransaction';
import { settleOperation } from '../lanes/settleOperation';
import { createPace } from './createPace';
import { desksOf, type Dependencies } from './dependencies';
import { mintCannotLand } from './mintCannotLand';
import { operationFor } from './operationFor';
import { ownedSettlement } from './ownedSettlement';

/**
 * The undo of a mint: makes sure, on evidence, that no mint of this attempt can land any more: because none was ever journaled
 * (and the ledger marks that none will be), by a tombstone in the destination slot, or because the order has run out there.
 * If the slot says Minted the settlement is complete and goes forward.
 */
export async function cancelMint(deps: Dependencies, { order: json, attempt }: AttemptRequest): Promise<MintCancelled> {
  const order = parseOrder(json);
  const { source, destination } = desksOf(deps, order);
  const pace = createPace();
  const identity = identityOf(order, source.chain.config.gateway);
  const { owner, record } = await ownedSettlement(deps, order, identity, pace);
  const operation = operationFor(identity, order, {
    kind: 'CancelMint',
    attempt,
    owner,
  });
  const minted = async (): Promise<MintCancelled> => {
    const mint = { ...operation, kind: 'Mint' } as const;
    return { outcome: 'minted', txHash: await appliedTransaction(destination.settler, mint) };
  };
  if (record.status === 'MINTED' || record.status === 'COMPLETED') {
    // There is a way back from here only where the mint was reversed.
    const { slot } = await readFinalSlot(destination.chain, operation);
    if (isApplied(slot, 'Mint', attempt)) return minted();
  }
  // FAILED: "forward" came while a refund ran, and the refund went through all the same. What it proved is asked for again below.
  const mayStand = record.status === 'COMPENSATING' || record.status === 'FAILED';
  if (!mayStand) await deps.ledger.advance({ owner, attempt, to: 'COMPENSATING' });
  failpoint('cancel-mint-compensating');
  // The one proof that needs no word from the destination: it may be down for hours.
  if (await deps.ledger.markNoMint({ owner, attempt })) {
    failpoint('cancel-mint-marked');
    return { outcome: 'cannotLand', proof: 'neverJournaled' };
  }

  const standing = await readFinalSlot(destination.chain, operation);
  const evidence = mintCannotLand(destination.chain, order, attempt, standing);
  if (evidence) return { outcome: 'cannotLand', proof: evidence };

  const settled = await settleOperation(destination.refunder, operation, pace, async () => {});
  failpoint('cancel-mint-final');
  const proof = mintCannotLand(destination.chain, order, attempt, settled.final);
  if (proof) return { outcome: 'cannotLand', proof };
  if (isApplied(settled.final.slot, 'Mint', attempt)) return minted();
  const why = 'reason' in settled ? `${settled.kind}: ${settled.reason}` : `the slot is ${settled.final.slot.state}`;
  throw new TransientError('OUTCOME_UNKNOWN', `no tombstone on ${destination.chain.config.name} yet (${why})`);
}

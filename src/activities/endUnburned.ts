import { readFinalSlot } from '../chains/readFinalSlot';
import { type PermanentError, TransientError } from '../domain/errors';
import { identityOf } from '../domain/fingerprint';
import type { SettlementOrder } from '../domain/order';
import { failpoint } from '../failpoint';
import { proveNoBurn } from '../lanes/proveNoBurn';
import { findDesk, type Dependencies } from './dependencies';

/**
 * Writes FAILED for a burn that cannot go on, if nothing of it can land any more. Whatever the reason is, this worker's own
 * configuration included: without that proof the settlement is held.
 * @throws TransientError OUTCOME_UNKNOWN: held; it is asked again
 */
export async function endUnburned(
  deps: Dependencies,
  order: SettlementOrder,
  runId: string,
  reason: PermanentError,
): Promise<void> {
  const row = await deps.ledger.find(order.settlementId);
  if (!row) return; // never entered, so nothing was ever journaled
  const source = findDesk(deps, order.sourceChainId)?.chain;
  if (!source) throw held(reason); // whose order stands in the row cannot even be told
  const identity = identityOf(order, source.config.gateway);
  // Another order's row: this one never got in, so nothing of it was ever journaled. Or the answer was written before.
  if (row.fingerprint !== identity.fingerprint || row.record.status === 'FAILED') return;
  if (row.owner.runId !== runId) throw new TransientError('OWNERSHIP_LOST', `run ${row.owner.runId} drives it`);

  const { attempt } = row.record;
  const burn = { ...identity, chainId: source.config.chainId, kind: 'Burn', attempt } as const;
  const final = await readFinalSlot(source, identity);
  const journaled = await deps.ledger.transactionsOf(burn);
  const proof = await proveNoBurn(source, { order, burn, final, journaled });
  if (proof === null) throw held(reason);
  failpoint('unburned-proved');
  // Under the row's lock the ledger sees to it that nothing was journaled since, and that nothing is from now on.
  const { outcome } = await deps.ledger.failUnburned({
    owner: row.owner,
    attempt,
    seenHashes: journaled.map(({ hash }) => hash),
    requireEpoch: proof === 'neverSigned' || proof === 'noncesUsed',
    errorCode: reason.code,
    errorMessage: reason.message,
  });
  if (outcome !== 'failed') throw held(reason);
  failpoint('unburned-failed');
}

function held(reason: PermanentError): TransientError {
  return new TransientError('OUTCOME_UNKNOWN', `held, a burn could still land (${reason.message})`, {
    retryAfterMs: 2_000,
  });
}

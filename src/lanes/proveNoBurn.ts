import type { Chain } from '../chains/chain';
import { readNonce } from '../chains/readNonce';
import { readRevoked } from '../chains/readRevoked';
import type { FinalSlot } from '../chains/readFinalSlot';
import type { SettlementOrder } from '../domain/order';
import type { JournaledTransaction } from '../ledger/ledger';
import type { OperationKey } from './operationKeyOf';

/**
 * Why no burn of this attempt can land any more:
 * - otherOrder: at one final block another order stands under the id, and a slot never changes hands
 * - neverSigned: none was ever journaled
 * - noncesUsed: at one final block every nonce that carried it is consumed and the slot is not Burned
 * - expired: at one final block the time is >= validBefore and the slot is not Burned (timestamps must never decrease)
 * - revoked: at one final block the order is revoked and the slot is not Burned
 * neverSigned and noncesUsed rest on the journal: they count only while the settlement's epoch is the ledger's.
 */
export type NoBurnProof = 'otherOrder' | 'neverSigned' | 'noncesUsed' | 'expired' | 'revoked';

/** The proof that a settlement may end FAILED without a refund, or null: then it must go on. All of it from one final block. */
export async function proveNoBurn(
  chain: Chain,
  facts: {
    order: SettlementOrder;
    burn: OperationKey;
    final: FinalSlot;
    /** Everything the journal holds of the burn; null where the journal proves nothing. */
    journaled: readonly JournaledTransaction[] | null;
  },
): Promise<NoBurnProof | null> {
  const { order, final, journaled } = facts;
  if (final.slot.state === 'Burned') return null;
  if (final.slot.state === 'OtherOrder') return 'otherOrder';
  if (chain.config.monotonicTimestamps && final.block.timestamp >= order.validBefore) return 'expired';
  if (await readRevoked(chain, facts.burn.fingerprint, final.block.hash)) return 'revoked';
  if (journaled === null) return null;
  if (journaled.length === 0) return 'neverSigned';
  const consumed = await Promise.all(
    journaled.map(async ({ signer, nonce }) => (await readNonce(chain, signer, final.block.hash)) > nonce),
  );
  return consumed.every(Boolean) ? 'noncesUsed' : null;
}

import { askChain, type Chain } from '../chains/chain';
import { readRevoked } from '../chains/readRevoked';
import type { FinalSlot } from '../chains/readFinalSlot';
import type { SettlementOrder } from '../domain/order';
import type { Journal, OperationKey } from './journal';

/**
 * Why no burn of this attempt can land any more:
 * - neverSigned: none was ever journaled, and the journal knows everything
 * - noncesUsed: at one final block every nonce that carried it is consumed and the slot is not Burned
 * - expired: at one final block the time is >= validBefore and the slot is not Burned (timestamps must never decrease)
 * - otherOrder: at one final block another order stands under the id, and a slot never changes hands
 * - revoked: at one final block the order is revoked and the slot is not Burned
 */
export type NoBurnProof = 'neverSigned' | 'noncesUsed' | 'otherOrder' | 'expired' | 'revoked';

/** The proof that a settlement may end FAILED without a refund, or null: then it must go on. All of it from one final block. */
export async function proveNoBurn(
  chain: Chain,
  journal: Journal,
  facts: {
    order: SettlementOrder;
    burn: OperationKey;
    final: FinalSlot;
    journalIsComplete: boolean;
  },
): Promise<NoBurnProof | null> {
  const { order, final } = facts;
  if (final.slot.state === 'Burned') return null;
  if (final.slot.state === 'OtherOrder') return 'otherOrder';
  if (facts.journalIsComplete) {
    const signed = await journal.find(facts.burn);
    if (signed.length === 0) return 'neverSigned';
    const consumed = await Promise.all(
      signed.map(async ({ signer, nonce }) => {
        const next = await askChain(chain, 'our final nonce', (client) =>
          client.getTransactionCount({ address: signer, blockHash: final.block.hash }),
        );
        return next > nonce;
      }),
    );
    if (consumed.every(Boolean)) return 'noncesUsed';
  }
  if (chain.config.monotonicTimestamps && final.block.timestamp >= order.validBefore) return 'expired';
  return (await readRevoked(chain, facts.burn.fingerprint, final.block.hash)) ? 'revoked' : null;
}

import type { Hex } from 'viem';
import type { Chain } from './chain';
import { readFinalSlot, type FinalSlot } from './readFinalSlot';
import { PermanentError } from '../domain/errors';
import { settlementKeyOf } from '../domain/fingerprint';
import { slotBelongsTo } from '../domain/slot';

/**
 * The final slot of this id on one chain, which must be this order's or nobody's. Looked up before any check that depends on
 * time, balance or limits, so that a repeated order gets the standing answer whatever has changed since.
 * @throws PermanentError IDEMPOTENCY_CONFLICT
 */
export async function checkIdentity(chain: Chain, settlementId: string, fingerprint: Hex): Promise<FinalSlot> {
  const final = await readFinalSlot(chain, settlementKeyOf(settlementId));
  if (!slotBelongsTo(final.slot, fingerprint)) {
    throw new PermanentError(
      'IDEMPOTENCY_CONFLICT',
      `another order stands under id ${settlementId} on ${chain.config.name}`,
    );
  }
  return final;
}

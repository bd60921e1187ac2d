import type { Chain } from './chain';
import { readFinalSlot, type FinalSlot } from './readFinalSlot';
import { PermanentError } from '../domain/errors';
import type { OrderIdentity } from '../domain/fingerprint';

/**
 * The final slot of this order on one chain, which must be its own or nobody's. Looked up before any check that depends on
 * time, balance or limits, so that a repeated order gets the standing answer whatever has changed since.
 * @throws PermanentError IDEMPOTENCY_CONFLICT
 */
export async function checkIdentity(chain: Chain, identity: OrderIdentity): Promise<FinalSlot> {
  const final = await readFinalSlot(chain, identity);
  if (final.slot.state === 'OtherOrder') {
    throw new PermanentError('IDEMPOTENCY_CONFLICT', `another order stands under this id on ${chain.config.name}`);
  }
  return final;
}

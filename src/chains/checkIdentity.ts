import type { Chain } from './chain';
import { PermanentError } from '../domain/errors';
import type { Slot } from '../domain/slot';

/**
 * A slot under this order's id must be its own or nobody's. Looked at before any check that depends on time, balance or limits, so
 * that a repeated order gets the standing answer whatever has changed since.
 * @throws PermanentError IDEMPOTENCY_CONFLICT
 */
export function checkIdentity({ config }: Chain, slot: Slot): void {
  if (slot.state !== 'OtherOrder') return;
  throw new PermanentError('IDEMPOTENCY_CONFLICT', `another order stands under this id on ${config.name}`);
}

import type { Hex } from 'viem';
import { planBurns } from '../../chains/planBurns';
import { readBurnRefusals } from '../../chains/readBurnRefusals';
import { readManySlots } from '../../chains/readManySlots';
import { settlementKeyOf } from '../../domain/fingerprint';
import type { SettlementOrder } from '../../domain/order';
import { chainsOf, type ClientContext } from '../context';

export interface FreshOrder {
  readonly order: SettlementOrder;
  readonly signature: Hex;
  readonly fingerprint: Hex;
}

/** Refusals that are no fault of the order: the batch waits until they are over, as a settlement alone does. */
const mayPass: readonly string[] = ['PausedAll', 'PausedNew', 'RouteDisabled', 'RateLimited'];

/**
 * Of orders that move between the same two chains, those that nothing is known against, by what both chains say of all of them at once.
 * Whoever is not among them is to be asked about alone, and told why.
 * @throws PermanentError UNKNOWN_CHAIN; TransientError CHAIN_UNAVAILABLE
 */
export async function checkTogether<Item extends FreshOrder>(
  context: ClientContext,
  items: readonly Item[],
): Promise<ReadonlySet<Item>> {
  const [first] = items;
  if (!first) return new Set();
  const { source, destination } = chainsOf(context, first.order);
  const identities = items.map((item) => ({
    settlementKey: settlementKeyOf(item.order.settlementId),
    fingerprint: item.fingerprint,
  }));
  const [plan, refusals, ...slots] = await Promise.all([
    planBurns({ source: { chain: source }, destination: { chain: destination }, items }, context.config.order),
    readBurnRefusals(source, items),
    readManySlots(source, identities, 'latest'),
    readManySlots(destination, identities, 'latest'),
  ]);
  const good = items.filter((item, at) => {
    const isFree = slots.every((side) => side[at]?.state === 'None');
    const refusal = refusals[at] ?? null;
    const isPlanned = plan.together.has(item) || plan.later.has(item);
    return isFree && isPlanned && (refusal === null || mayPass.includes(refusal));
  });
  return new Set(good);
}

import { askChain } from '../../chains/chain';
import { checkRoute } from '../../chains/checkRoute';
import { readLimit } from '../../chains/readLimit';
import { readPaused } from '../../chains/readPaused';
import { readRoute } from '../../chains/readRoute';
import type { Config } from '../../config';
import { SettlementError } from '../../domain/errors';
import type { SettlementOrder } from '../../domain/order';
import type { BatchGroup, BatchItem } from './readItems';

/**
 * Tells of each order of a group whether it may be burned with the others, by what the chains say of all of them at once: pauses,
 * routes, limits, deadlines. What only concerns one (signature, balance, revocation) the gateway judges itself, operation by
 * operation. Who may not is judged alone, where the reason is told.
 */
export async function readMayBurn(group: BatchGroup, bounds: Config['order']): Promise<(item: BatchItem) => boolean> {
  const { source, destination, items } = group;
  const [{ timestamp }, ...paused] = await Promise.all([
    askChain(source.chain, 'its time', (client) => client.getBlock({ blockTag: 'latest' })),
    readPaused(source.chain, 'all'),
    readPaused(source.chain, 'new'),
    readPaused(destination.chain, 'all'),
  ]);
  if (paused.includes(true)) return () => false;
  const routes = new Map<string, SettlementOrder>(items.map(({ order }) => [routeOf(order), order]));
  const open = new Map<string, boolean>();
  await Promise.all([...routes].map(async ([key, order]) => open.set(key, await isOpen(group, order))));
  return ({ order }) => {
    const leftMs = Number(order.validBefore - timestamp) * 1_000;
    return open.get(routeOf(order)) === true && leftMs >= bounds.minValidityMs && leftMs <= bounds.maxValidityMs;
  };
}

const routeOf = ({ token, destinationToken, destinationGateway }: SettlementOrder): string =>
  `${token}/${destinationToken}/${destinationGateway}`;

/** The route stands at both ends, and all of the group's orders on it fit in what is left of both limits. */
async function isOpen({ source, destination, items }: BatchGroup, order: SettlementOrder): Promise<boolean> {
  // All of them awaited before anything is judged: one that is rejected unheard would end the process.
  const [there, back, ...limits] = await Promise.all([
    readRoute(source.chain, order.token, order.destinationChainId),
    readRoute(destination.chain, order.destinationToken, order.sourceChainId),
    readLimit(source.chain, order.token, 'burn'),
    readLimit(destination.chain, order.destinationToken, 'mint'),
  ]);
  const amounts = items.filter((item) => routeOf(item.order) === routeOf(order)).map((item) => item.order.amount);
  const all = amounts.reduce((sum, amount) => sum + amount, 0n);
  const most = amounts.reduce((max, amount) => (amount > max ? amount : max), 0n);
  const isAllowed = [source, destination].every(({ chain }) => most <= (chain.config.maxAmountBaseUnits ?? most));
  try {
    const reads = { there: Promise.resolve(there), back: Promise.resolve(back) };
    if ((await checkRoute(source.chain, destination.chain, order, reads)) !== null) return false;
  } catch (error) {
    if (error instanceof SettlementError && error.code === 'TRANSIENT_REFUSAL') return false;
    throw error;
  }
  return isAllowed && limits.every(({ availableAmount }) => all <= availableAmount);
}

import type { Config } from '../config';
import { TransientError } from '../domain/errors';
import type { SettlementOrder } from '../domain/order';
import { askChain, type Chain } from './chain';
import { checkRoute, type RouteEnds } from './checkRoute';
import { readPaused } from './readPaused';
import { readRoom } from './readRoom';
import { readRoute } from './readRoute';

/** Orders that move between the same two chains. */
export interface OrderGroup<Item extends { readonly order: SettlementOrder }> {
  readonly source: { readonly chain: Chain };
  readonly destination: { readonly chain: Chain };
  readonly items: readonly Item[];
}

/** How burns that nothing stands of yet go on. */
export interface BurnPlan<Item> {
  readonly together: ReadonlySet<Item>;
  /** What keeps them back is the chains' state of the hour: a pause, a disabled route, a limit that is used up. */
  readonly later: ReadonlySet<Item>;
}

/**
 * By what the chains say of all of a group at once: pauses, routes, limits, deadlines. What only concerns one (signature, balance,
 * revocation) the gateway judges itself, operation by operation. Whoever is in neither set is refused, and alone it is told why.
 * @throws TransientError CHAIN_UNAVAILABLE
 */
export async function planBurns<Item extends { readonly order: SettlementOrder }>(
  group: OrderGroup<Item>,
  bounds: Config['order'],
): Promise<BurnPlan<Item>> {
  const [together, later] = [new Set<Item>(), new Set<Item>()];
  if (group.items.length === 0) return { together, later };
  const { timestamp, isPaused, ways, rooms } = await askOnce(group);
  for (const item of group.items) {
    const { order } = item;
    const leftMs = Number(order.validBefore - timestamp) * 1_000;
    if (leftMs < bounds.minValidityMs || leftMs > bounds.maxValidityMs) continue;
    const ends = ways.get(wayOf(order)) as RouteEnds;
    const problems = [
      checkRoute(group.source.chain, group.destination.chain, order, ends),
      ...rooms.map(({ room, tokenOf }) => room.check(tokenOf(order), order.amount)),
    ].filter((problem) => problem !== null);
    if (problems.some((problem) => !(problem instanceof TransientError))) continue;
    if (isPaused || problems.length > 0) later.add(item);
    else {
      together.add(item);
      for (const { room, tokenOf } of rooms) room.take(tokenOf(order), order.amount);
    }
  }
  return { together, later };
}

const wayOf = ({ token, destinationToken }: SettlementOrder): string => `${token}/${destinationToken}`;

/** All of it awaited before anything is judged: a read that is rejected unheard would end the process. */
async function askOnce({ source, destination, items }: OrderGroup<{ readonly order: SettlementOrder }>) {
  const orders = items.map(({ order }) => order);
  const tokenOf = ({ token }: SettlementOrder) => token;
  const tokenThere = ({ destinationToken }: SettlementOrder) => destinationToken;
  const readEnds = async (order: SettlementOrder): Promise<RouteEnds> => {
    const [there, back] = await Promise.all([
      readRoute(source.chain, order.token, order.destinationChainId),
      readRoute(destination.chain, order.destinationToken, order.sourceChainId),
    ]);
    return { there, back };
  };
  const representatives = new Map(orders.map((order) => [wayOf(order), order]));
  const [{ timestamp }, paused, ways, burnRoom, mintRoom] = await Promise.all([
    askChain(source.chain, 'its time', (client) => client.getBlock({ blockTag: 'latest' })),
    Promise.all([
      readPaused(source.chain, 'all'),
      readPaused(source.chain, 'new'),
      readPaused(destination.chain, 'all'),
    ]),
    Promise.all([...representatives].map(async ([way, order]) => [way, await readEnds(order)] as const)),
    readRoom(source.chain, 'burn', orders.map(tokenOf)),
    readRoom(destination.chain, 'mint', orders.map(tokenThere)),
  ]);
  return {
    timestamp,
    isPaused: paused.includes(true),
    ways: new Map(ways),
    rooms: [
      { room: burnRoom, tokenOf },
      { room: mintRoom, tokenOf: tokenThere },
    ],
  };
}

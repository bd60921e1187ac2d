import { askChain } from '../../chains/chain';
import { checkRoute, type RouteEnds } from '../../chains/checkRoute';
import { readPaused } from '../../chains/readPaused';
import { readRoute } from '../../chains/readRoute';
import type { Config } from '../../config';
import { TransientError } from '../../domain/errors';
import type { SettlementOrder } from '../../domain/order';
import type { BatchGroup, BatchItem } from './readItems';
import { readRoom } from './readRoom';

/** How burns that nothing stands of yet go on. */
export interface BurnPlan {
  readonly together: ReadonlySet<BatchItem>;
  /** What keeps them back is the chains' state of the hour: a pause, a disabled route, a limit that is used up. */
  readonly later: ReadonlySet<BatchItem>;
}

/**
 * By what the chains say of all of a group at once: pauses, routes, limits, deadlines. What only concerns one (signature, balance,
 * revocation) the gateway judges itself, operation by operation. Whoever is in neither set is refused, and alone it is told why.
 * @throws TransientError CHAIN_UNAVAILABLE
 */
export async function planBurns(group: BatchGroup, bounds: Config['order']): Promise<BurnPlan> {
  const [together, later] = [new Set<BatchItem>(), new Set<BatchItem>()];
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
async function askOnce({ source, destination, items }: BatchGroup) {
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

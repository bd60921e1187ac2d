import { zeroAddress } from 'viem';
import { PermanentError, TransientError } from '../domain/errors';
import type { SettlementOrder } from '../domain/order';
import type { Chain } from './chain';
import type { readRoute } from './readRoute';

/** An order's route as both of its ends have it. */
export interface RouteEnds {
  readonly there: Awaited<ReturnType<typeof readRoute>>;
  readonly back: Awaited<ReturnType<typeof readRoute>>;
}

/** What is wrong with the order's route, or null; a TransientError TRANSIENT_REFUSAL while it is disabled. */
export function checkRoute(
  source: Chain,
  destination: Chain,
  order: SettlementOrder,
  { there, back }: RouteEnds,
): PermanentError | TransientError | null {
  if (order.recipient === source.config.gateway) {
    return new PermanentError('ADDRESS_FORBIDDEN', `recipient ${order.recipient} is a gateway`);
  }
  const known =
    there.remoteGateway !== zeroAddress &&
    there.remoteGateway === order.destinationGateway &&
    order.destinationGateway === destination.config.gateway &&
    there.remoteToken === order.destinationToken &&
    back.remoteGateway === source.config.gateway &&
    back.remoteToken === order.token &&
    there.decimals === back.decimals;
  if (!known) {
    return new PermanentError(
      'UNKNOWN_TOKEN',
      `no route for token ${order.token} from ${source.config.name} to ${order.destinationToken} on ${destination.config.name}`,
    );
  }
  if (there.enabled) return null;
  return new TransientError('TRANSIENT_REFUSAL', `the route on ${source.config.name} is disabled`);
}

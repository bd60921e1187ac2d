import { zeroAddress } from 'viem';
import { PermanentError, TransientError } from '../domain/errors';
import type { SettlementOrder } from '../domain/order';
import type { Chain } from './chain';
import type { readRoute } from './readRoute';

export interface RouteReads {
  readonly there: ReturnType<typeof readRoute>;
  readonly back: ReturnType<typeof readRoute>;
}

/** What is wrong with the order's route, or null. @throws TransientError TRANSIENT_REFUSAL while it is disabled */
export async function checkRoute(
  source: Chain,
  destination: Chain,
  order: SettlementOrder,
  reads: RouteReads,
): Promise<PermanentError | null> {
  if (order.recipient === source.config.gateway) {
    return new PermanentError('ADDRESS_FORBIDDEN', `recipient ${order.recipient} is a gateway`);
  }
  const [there, back] = await Promise.all([reads.there, reads.back]);
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
  if (!there.enabled) throw new TransientError('TRANSIENT_REFUSAL', `the route on ${source.config.name} is disabled`);
  return null;
}

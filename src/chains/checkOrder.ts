import { zeroAddress, type Hex } from 'viem';
import { askChain, type Chain } from './chain';
import type { FinalSlot } from './readFinalSlot';
import { readLimit } from './readLimit';
import { readPauses } from './readPauses';
import { readRevoked } from './readRevoked';
import { readRoute } from './readRoute';
import { readTokenBalance } from './readTokenBalance';
import { verifyOrderSignature } from './verifyOrderSignature';
import type { Config } from '../config';
import { PermanentError, TransientError } from '../domain/errors';
import type { SettlementOrder } from '../domain/order';

type OrderBounds = Config['order'];

export interface OrderFacts {
  readonly order: SettlementOrder;
  readonly fingerprint: Hex;
  readonly signature: Hex;
  readonly attempt: number;
  readonly mode: 'start' | 'retry';
  readonly final: FinalSlot;
}

/**
 * Everything that must hold before a burn is signed. Returns what is wrong with the order, or null; the caller decides whether
 * the settlement may end for it.
 * @throws TransientError for what may pass: a pause, a used-up limit, a chain that does not answer
 */
export async function checkOrder(
  source: Chain,
  destination: Chain,
  bounds: OrderBounds,
  facts: OrderFacts,
): Promise<PermanentError | null> {
  return (
    checkAttempt(facts) ??
    (await checkRoute(source, destination, facts.order)) ??
    (await checkSignature(source, facts)) ??
    (await checkDeadline(source, bounds, facts)) ??
    (await checkAmount(source, destination, facts.order))
  );
}

function checkAttempt({ order, attempt, mode, final }: OrderFacts): PermanentError | null {
  if (attempt >= order.maxAttempts) {
    return new PermanentError('ATTEMPTS_EXHAUSTED', `all ${order.maxAttempts} attempts of the order are used`);
  }
  if (mode === 'start' && final.slot.state === 'Refunded') {
    return new PermanentError(
      'ALREADY_REFUNDED',
      `attempt ${final.slot.attempt} was refunded; a start begins no other`,
    );
  }
  return null;
}

async function checkRoute(source: Chain, destination: Chain, order: SettlementOrder): Promise<PermanentError | null> {
  if (order.recipient === source.config.gateway) {
    return new PermanentError('ADDRESS_FORBIDDEN', `recipient ${order.recipient} is a gateway`);
  }
  const [there, back] = await Promise.all([
    readRoute(source, order.token, order.destinationChainId),
    readRoute(destination, order.destinationToken, order.sourceChainId),
  ]);
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

async function checkSignature(source: Chain, { order, signature }: OrderFacts): Promise<PermanentError | null> {
  if ((await verifyOrderSignature(source, order, signature)) === 'valid') return null;
  return new PermanentError('SIGNATURE_INVALID', `the signature is not ${order.holder}'s over this order`);
}

/** Bounds are taken from the source chain's clock, the one that the gateway will judge by. */
async function checkDeadline(source: Chain, bounds: OrderBounds, facts: OrderFacts): Promise<PermanentError | null> {
  const { order, mode } = facts;
  const { timestamp, hash } = await askChain(source, 'its time', (client) => client.getBlock({ blockTag: 'latest' }));
  if (await readRevoked(source, facts.fingerprint, hash)) {
    return new PermanentError('REVOKED', 'the holder revoked the order');
  }
  const leftMs = Number(order.validBefore - timestamp) * 1_000;
  if (leftMs <= 0 && mode === 'retry') {
    return new PermanentError('EXPIRED', `the order ran out at ${order.validBefore}, the chain's time is ${timestamp}`);
  }
  const { minValidityMs, maxValidityMs } = bounds;
  if (leftMs >= minValidityMs && leftMs > 0 && leftMs <= maxValidityMs) return null;
  return new PermanentError(
    'DEADLINE_INVALID',
    `validBefore ${order.validBefore} is ${leftMs / 1_000} s away; allowed are ${minValidityMs / 1_000} to ${maxValidityMs / 1_000} s`,
  );
}

async function checkAmount(source: Chain, destination: Chain, order: SettlementOrder): Promise<PermanentError | null> {
  for (const [chain, token, which] of [
    [source, order.token, 'burn'],
    [destination, order.destinationToken, 'mint'],
  ] as const) {
    const most = chain.config.maxAmountBaseUnits;
    const limit = await readLimit(chain, token, which);
    if (order.amount > limit.maxAmount || (most !== undefined && order.amount > most)) {
      const bound = most !== undefined && most < limit.maxAmount ? most : limit.maxAmount;
      return new PermanentError(
        'AMOUNT_LIMIT',
        `${order.amount} base units are over ${chain.config.name}'s limit of ${bound}`,
      );
    }
    if (order.amount > limit.availableAmount) {
      throw new TransientError('TRANSIENT_REFUSAL', `${chain.config.name}'s ${which} limit is used up for now`);
    }
    const pauses = await readPauses(chain);
    if (pauses.all || (which === 'burn' && pauses.new)) {
      throw new TransientError('TRANSIENT_REFUSAL', `the gateway on ${chain.config.name} is paused`);
    }
  }
  const balance = await readTokenBalance(source, order.token, order.holder);
  if (balance >= order.amount) return null;
  return new PermanentError(
    'INSUFFICIENT_FUNDS',
    `the holder has ${balance} base units, the order needs ${order.amount}`,
  );
}

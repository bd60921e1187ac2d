import type { Hex } from 'viem';
import { askChain, type Chain } from './chain';
import { checkLimit } from './checkLimit';
import { checkRoute } from './checkRoute';
import { readLimit } from './readLimit';
import { readPaused } from './readPaused';
import { readRevoked } from './readRevoked';
import { readRoute } from './readRoute';
import { readTokenBalance } from './readTokenBalance';
import { verifyOrderSignature } from './verifyOrderSignature';
import type { Config } from '../config';
import { PermanentError, TransientError } from '../domain/errors';
import type { SettlementOrder } from '../domain/order';
import type { Slot } from '../domain/slot';

type OrderBounds = Config['order'];

export interface OrderFacts {
  readonly order: SettlementOrder;
  readonly fingerprint: Hex;
  readonly signature: Hex;
  readonly attempt: number;
  readonly mode: 'start' | 'retry';
  /** Of the order on the source chain, as far as it is known to be final. */
  readonly slot: Slot;
}

/**
 * Everything that must hold before a burn is signed. Returns what is wrong with the order, or null; the caller decides whether
 * the settlement may end for it.
 * @param reads what was asked before, if anything was; it serves once
 * @throws TransientError for what may pass: a pause, a used-up limit, a chain that does not answer
 */
export async function checkOrder(
  source: Chain,
  destination: Chain,
  bounds: OrderBounds,
  facts: OrderFacts,
  reads: OrderReads = askAboutOrder(source, destination, facts),
): Promise<PermanentError | null> {
  const problem = checkAttempt(facts);
  if (problem) return problem;
  return (
    (await checkWay(source, destination, facts.order, reads)) ??
    (await checkSignature(facts, reads)) ??
    (await checkDeadline(bounds, facts, reads)) ??
    (await checkAmount(source, destination, facts.order, reads))
  );
}

/** All at once, one round trip a chain; each is awaited where it is judged, so that the first problem in order is the answer. */
export function askAboutOrder(
  source: Chain,
  destination: Chain,
  { order, signature, fingerprint }: Pick<OrderFacts, 'order' | 'signature' | 'fingerprint'>,
) {
  const reads = {
    there: readRoute(source, order.token, order.destinationChainId),
    back: readRoute(destination, order.destinationToken, order.sourceChainId),
    verdict: verifyOrderSignature(source, order, fingerprint, signature),
    latest: askChain(source, 'its time', (client) => client.getBlock({ blockTag: 'latest' })),
    revoked: readRevoked(source, fingerprint, 'latest'),
    burnLimit: readLimit(source, order.token, 'burn'),
    mintLimit: readLimit(destination, order.destinationToken, 'mint'),
    sourcePaused: readPaused(source, 'all'),
    burnsPaused: readPaused(source, 'new'),
    destinationPaused: readPaused(destination, 'all'),
    balance: readTokenBalance(source, order.token, order.holder),
  };
  for (const read of Object.values(reads)) read.catch(() => undefined); // one that is never awaited must not end the process
  return reads;
}

export type OrderReads = ReturnType<typeof askAboutOrder>;

function checkAttempt({ order, attempt, mode, slot }: OrderFacts): PermanentError | null {
  if (attempt >= order.maxAttempts) {
    return new PermanentError('ATTEMPTS_EXHAUSTED', `all ${order.maxAttempts} attempts of the order are used`);
  }
  if (mode === 'start' && slot.state === 'Refunded') {
    return new PermanentError('ALREADY_REFUNDED', `attempt ${slot.attempt} was refunded; a start begins no other`);
  }
  return null;
}

async function checkWay(
  source: Chain,
  destination: Chain,
  order: SettlementOrder,
  reads: OrderReads,
): Promise<PermanentError | null> {
  const [there, back] = await Promise.all([reads.there, reads.back]);
  return orThrow(checkRoute(source, destination, order, { there, back }));
}

/** What may pass is not the order's fault. */
function orThrow(problem: PermanentError | TransientError | null): PermanentError | null {
  if (problem instanceof TransientError) throw problem;
  return problem;
}

async function checkSignature({ order }: OrderFacts, { verdict }: OrderReads): Promise<PermanentError | null> {
  if ((await verdict) === 'valid') return null;
  return new PermanentError('SIGNATURE_INVALID', `the signature is not ${order.holder}'s over this order`);
}

/** Bounds are taken from the source chain's clock, the one that the gateway will judge by. */
async function checkDeadline(
  bounds: OrderBounds,
  facts: OrderFacts,
  reads: OrderReads,
): Promise<PermanentError | null> {
  const { order, mode } = facts;
  const { timestamp } = await reads.latest;
  if (await reads.revoked) {
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

async function checkAmount(
  source: Chain,
  destination: Chain,
  order: SettlementOrder,
  reads: OrderReads,
): Promise<PermanentError | null> {
  for (const { chain, which, limits, paused } of [
    { chain: source, which: 'burn', limits: reads.burnLimit, paused: [reads.sourcePaused, reads.burnsPaused] },
    { chain: destination, which: 'mint', limits: reads.mintLimit, paused: [reads.destinationPaused] },
  ] as const) {
    const problem = orThrow(checkLimit(chain, which, order.amount, await limits));
    if (problem) return problem;
    if ((await Promise.all(paused)).includes(true)) {
      throw new TransientError('TRANSIENT_REFUSAL', `the gateway on ${chain.config.name} is paused`);
    }
  }
  const balance = await reads.balance;
  if (balance >= order.amount) return null;
  return new PermanentError(
    'INSUFFICIENT_FUNDS',
    `the holder has ${balance} base units, the order needs ${order.amount}`,
  );
}

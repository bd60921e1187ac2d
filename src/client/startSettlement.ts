import type { Hex } from 'viem';
import { checkIdentity } from '../chains/checkIdentity';
import { checkOrder } from '../chains/checkOrder';
import { readFinalSlot } from '../chains/readFinalSlot';
import { readSlot } from '../chains/readSlot';
import { PermanentError, TransientError, type SettlementError } from '../domain/errors';
import { fingerprintOf, settlementKeyOf } from '../domain/fingerprint';
import type { SettlementOrder, SignedOrder } from '../domain/order';
import { parseOrder } from '../domain/parseOrder';
import { parseSignature } from '../domain/parseSignature';
import { emptySlot } from '../domain/slot';
import { inSpan } from '../tracing/inSpan';
import { settlementContext } from '../tracing/settlementTrace';
import { chainsOf, type ClientContext } from './context';
import { findStanding } from './findStanding';
import { openRun, type Started } from './openRun';

export interface StartOptions {
  /** Asked before a new run is started, and only then; what it throws keeps the run from starting. A repeat is never asked for. */
  readonly admit?: (order: SettlementOrder) => Promise<void>;
  /** A chain that is away cannot check the order: refuse it for now, instead of leaving that to the run. */
  readonly mustBeChecked?: boolean;
}

/**
 * Starts a settlement, or returns the one that stands: the same id and the same order get the same answer, however often and
 * however late. Identity is looked up before anything that depends on time or balance.
 * @throws PermanentError IDEMPOTENCY_CONFLICT when another order stands under the id; the order's own errors otherwise
 * @throws TransientError TEMPORAL_UNAVAILABLE: unknown whether it started; saying the same again is safe
 */
export async function startSettlement(
  context: ClientContext,
  signed: SignedOrder,
  options: StartOptions = {},
): Promise<Started> {
  const order = parseOrder(signed.order);
  const { settlementId } = order;
  const parent = settlementContext(settlementId);
  return inSpan('start', { 'settlement.id': settlementId }, () => start(context, order, signed, options), parent);
}

async function start(
  context: ClientContext,
  order: SettlementOrder,
  signed: SignedOrder,
  { admit, mustBeChecked = false }: StartOptions,
): Promise<Started> {
  const signature = parseSignature(signed.signature);
  const { source } = chainsOf(context, order);
  const fingerprint = fingerprintOf(order, source.config.gateway);

  // A new id is the rule, so all of it is asked at once; who stands under the id is told before any problem of the order.
  const [row, problem] = await Promise.all([
    context.ledger?.find(order.settlementId),
    problemOf(context, order, signature, fingerprint, mustBeChecked),
  ]);
  const standing = row || problem ? await findStanding(context, order.settlementId, fingerprint) : null;
  if (standing) return standing;
  if (problem) throw problem;
  try {
    await admit?.(order);
  } catch (error) {
    // It may stand in Temporal alone, where nobody has looked yet.
    const admitted = await findStanding(context, order.settlementId, fingerprint);
    if (admitted) return admitted;
    throw error;
  }
  return openRun(context, { order, signature, fingerprint, request: { kind: 'start' } });
}

/** The order's own faults are told before anything is written. What may pass (a pause, a chain that is away) is none. */
async function problemOf(
  context: ClientContext,
  order: SettlementOrder,
  signature: Hex,
  fingerprint: Hex,
  mustBeChecked: boolean,
): Promise<SettlementError | null> {
  const { source, destination } = chainsOf(context, order);
  const identity = { settlementKey: settlementKeyOf(order.settlementId), fingerprint };
  try {
    const slots = Promise.all([source, destination].map((chain) => readSlot(chain, identity, 'latest')));
    const facts = { order, fingerprint, signature, attempt: 0, mode: 'start', slot: emptySlot } as const;
    const problem = checkOrder(source, destination, context.config.order, facts);
    problem.catch(() => undefined); // it may not count
    if ((await slots).every(({ state }) => state === 'None')) return await problem;
    const [here, there] = await Promise.all([readFinalSlot(source, identity), readFinalSlot(destination, identity)]);
    checkIdentity(source, here.slot);
    checkIdentity(destination, there.slot);
    // It stands on chain though Temporal forgot it: the workflow finds its answer.
    return here.slot.state === 'None' ? await problem : null;
  } catch (error) {
    if (error instanceof TransientError) return mustBeChecked && error.code === 'CHAIN_UNAVAILABLE' ? error : null;
    if (error instanceof PermanentError) return error;
    throw error;
  }
}

import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { Hex } from 'viem';
import { checkIdentity } from '../chains/checkIdentity';
import { checkOrder } from '../chains/checkOrder';
import { readFinalSlot } from '../chains/readFinalSlot';
import { readSlot } from '../chains/readSlot';
import { PermanentError, TransientError } from '../domain/errors';
import { fingerprintOf, settlementKeyOf } from '../domain/fingerprint';
import {
  askedAtMemo,
  fingerprintMemo,
  retryRequestMemo,
  workflowType,
  type SettlementRequest,
} from '../domain/messages';
import { formatAmount } from '../domain/money';
import { orderToJson, type SettlementOrder, type SignedOrder } from '../domain/order';
import { parseOrder } from '../domain/parseOrder';
import { parseSignature } from '../domain/parseSignature';
import type { SettlementRecord } from '../domain/record';
import { recordAtStart } from '../domain/recordAtStart';
import { emptySlot } from '../domain/slot';
import { askTemporal } from './askTemporal';
import { chainName, chainsOf, withChainNames, type ClientContext } from './context';
import { findStanding } from './findStanding';

export interface Started {
  readonly record: SettlementRecord;
  /** False: the id already stood, with this very order, and this is the standing answer. */
  readonly created: boolean;
  readonly runId: string;
}

/**
 * Starts a settlement, or returns the one that stands: the same id and the same order get the same answer, however often and
 * however late. Identity is looked up before anything that depends on time or balance.
 * @throws PermanentError IDEMPOTENCY_CONFLICT when another order stands under the id; the order's own errors otherwise
 * @throws TransientError TEMPORAL_UNAVAILABLE: unknown whether it started; saying the same again is safe
 */
export async function startSettlement(context: ClientContext, signed: SignedOrder): Promise<Started> {
  const order = parseOrder(signed.order);
  const signature = parseSignature(signed.signature);
  const { source } = chainsOf(context, order);
  const fingerprint = fingerprintOf(order, source.config.gateway);

  // A new id is the rule, so all of it is asked at once; who stands under the id is told before any problem of the order.
  const [row, problem] = await Promise.all([
    context.ledger?.find(order.settlementId),
    problemOf(context, order, signature, fingerprint),
  ]);
  const standing = row || problem ? await findStanding(context, order.settlementId, fingerprint) : null;
  if (standing) return standing;
  if (problem) throw problem;
  return openRun(context, order, signature, fingerprint, { kind: 'start' });
}

/** Starts a run. A retry is let in only after a run that failed; a start only where none ever was. */
export async function openRun(
  context: ClientContext,
  order: SettlementOrder,
  signature: Hex,
  fingerprint: Hex,
  request: SettlementRequest,
  requestId?: string,
): Promise<Started> {
  const { settlementId } = order;
  // Told with the start, so that the server need not be asked when that was: as much work for it as a tenth of a settlement.
  const askedAt = new Date();
  try {
    const handle = await askTemporal(() =>
      context.client.workflow.start(workflowType, {
        workflowId: settlementId,
        taskQueue: context.config.temporal.taskQueue,
        workflowIdReusePolicy:
          request.kind === 'retry'
            ? WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
            : WorkflowIdReusePolicy.REJECT_DUPLICATE,
        args: request.kind === 'retry' ? [orderToJson(order), signature, request] : [orderToJson(order), signature],
        memo: {
          [fingerprintMemo]: fingerprint,
          [askedAtMemo]: askedAt.toISOString(),
          ...(requestId === undefined ? {} : { [retryRequestMemo]: requestId }),
        },
        ...story(context, order),
      }),
    );
    const record = withChainNames(context.config, recordAtStart(orderToJson(order), askedAt));
    return { record, created: true, runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const standing = await findStanding(context, settlementId, fingerprint);
    if (standing) return standing;
    throw new TransientError('TEMPORAL_UNAVAILABLE', `${settlementId} was there and is not now`);
  }
}

/** The order's own faults are told before anything is written. What may pass (a pause, a chain that is away) is none. */
async function problemOf(
  context: ClientContext,
  order: SettlementOrder,
  signature: Hex,
  fingerprint: Hex,
): Promise<PermanentError | null> {
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
    if (error instanceof TransientError) return null;
    if (error instanceof PermanentError) return error;
    throw error;
  }
}

/** What the Web UI's list and page tell without opening an event and without a worker. */
function story({ config }: ClientContext, order: SettlementOrder) {
  const token = config.chains
    .find(({ chainId }) => BigInt(chainId) === order.sourceChainId)
    ?.tokens.find(({ address }) => address === order.token);
  const amount = token ? `${formatAmount(order.amount, token.decimals)} ${token.symbol}` : `${order.amount} base units`;
  const route = `${chainName(config, Number(order.sourceChainId))}-${chainName(config, Number(order.destinationChainId))}`;
  return {
    staticSummary: `${amount} ${route.replace('-', ' to ')}`,
    staticDetails: `**${amount}** from \`${order.holder}\` to \`${order.recipient}\`\n\nvalid before ${new Date(Number(order.validBefore) * 1000).toISOString()}`,
    typedSearchAttributes: [
      { key: defineSearchAttributeKey('SettlementStatus', SearchAttributeType.KEYWORD), value: 'PROCESSING' },
      { key: defineSearchAttributeKey('SettlementRoute', SearchAttributeType.KEYWORD), value: route },
      { key: defineSearchAttributeKey('SettlementHolder', SearchAttributeType.KEYWORD), value: order.holder },
      { key: defineSearchAttributeKey('SettlementRecipient', SearchAttributeType.KEYWORD), value: order.recipient },
    ],
  };
}

import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { Hex } from 'viem';
import { TransientError } from '../domain/errors';
import {
  askedAtMemo,
  fingerprintMemo,
  retryRequestMemo,
  workflowType,
  type SettlementRequest,
} from '../domain/messages';
import { formatAmount } from '../domain/money';
import { orderToJson, type SettlementOrder } from '../domain/order';
import type { SettlementRecord } from '../domain/record';
import { recordAtStart } from '../domain/recordAtStart';
import { askTemporal } from './askTemporal';
import { chainName, withChainNames, type ClientContext } from './context';
import { findStanding } from './findStanding';

export interface Started {
  readonly record: SettlementRecord;
  /** False: the id already stood, with this very order, and this is the standing answer. */
  readonly created: boolean;
  readonly runId: string;
}

/** What a run is opened for. */
export interface RunOrder {
  readonly order: SettlementOrder;
  readonly signature: Hex;
  readonly fingerprint: Hex;
  readonly request: SettlementRequest;
}

export interface OpenRunOptions {
  /** The caller's own id of a retry. */
  readonly requestId?: string;
  /** It takes up what a run left that was cut off: let in as a retry is, whatever it asks. */
  readonly adopt?: boolean;
}

/** Starts a run. A retry is let in only after a run that failed; a start only where none ever was. */
export async function openRun(
  context: ClientContext,
  { order, signature, fingerprint, request }: RunOrder,
  { requestId, adopt = false }: OpenRunOptions = {},
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
          request.kind === 'retry' || adopt
            ? WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
            : WorkflowIdReusePolicy.REJECT_DUPLICATE,
        args: request.kind === 'retry' ? [orderToJson(order), signature, request] : [orderToJson(order), signature],
        memo: {
          [fingerprintMemo]: fingerprint,
          [askedAtMemo]: askedAt.toISOString(),
          ...(requestId === undefined ? {} : { [retryRequestMemo]: requestId }),
        },
        // Where the server's matching.enableFairness is on, a flood of one holder's waits behind itself, not before everybody.
        priority: { fairnessKey: order.holder },
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

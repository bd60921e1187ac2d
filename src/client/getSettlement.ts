import {
  QueryNotRegisteredError,
  WorkflowFailedError,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { recordQuery } from '../domain/messages';
import type { SettlementRecord } from '../domain/record';
import { statuses, type SettlementStatus } from '../domain/status';
import { askTemporal } from './askTemporal';
import { chainName, type ClientContext } from './context';
import { readInput } from './readInput';

const statusKey = defineSearchAttributeKey('SettlementStatus', SearchAttributeType.KEYWORD);
const needsOperatorKey = defineSearchAttributeKey('SettlementNeedsOperator', SearchAttributeType.BOOL);

/** A worker answers a query at once or is not there: then what the server itself knows is told. */
const queryWithinMs = 3_000;

/**
 * The record of a settlement: from the run's own end if it has ended, from its worker while it runs, and from what the server
 * keeps (order and last published status) when no worker answers.
 * @throws PermanentError NOT_FOUND
 * @throws TransientError TEMPORAL_UNAVAILABLE
 */
export async function getSettlement(context: ClientContext, settlementId: string): Promise<SettlementRecord> {
  const handle = context.client.workflow.getHandle(settlementId);
  const description = await askTemporal(() => handle.describe());
  const record = await readRecord(context, handle, description);
  return {
    ...record,
    sourceChain: chainName(context.config, record.sourceChain),
    destinationChain: chainName(context.config, record.destinationChain),
  };
}

async function readRecord(
  context: ClientContext,
  handle: WorkflowHandle,
  description: WorkflowExecutionDescription,
): Promise<SettlementRecord> {
  switch (description.status.name) {
    case 'COMPLETED':
      return askTemporal(() => handle.result() as Promise<SettlementRecord>);
    case 'FAILED':
      return (await recordOfFailure(handle)) ?? recordFromServer(handle, description);
    case 'RUNNING':
      try {
        return await context.client.withDeadline(Date.now() + queryWithinMs, () =>
          handle.query<SettlementRecord>(recordQuery),
        );
      } catch (error) {
        if (error instanceof QueryNotRegisteredError) throw error;
        return recordFromServer(handle, description);
      }
    default:
      // Terminated, cancelled by force or timed out: a run that was cut off. A retry adopts what it left.
      return { ...(await recordFromServer(handle, description)), needsOperator: true };
  }
}

async function recordOfFailure(handle: WorkflowHandle): Promise<SettlementRecord | null> {
  try {
    await askTemporal(() => handle.result());
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    if (error.cause instanceof ApplicationFailure) return (error.cause.details?.[0] ?? null) as SettlementRecord | null;
  }
  return null;
}

async function recordFromServer(
  handle: WorkflowHandle,
  description: WorkflowExecutionDescription,
): Promise<SettlementRecord> {
  const { order } = await readInput(handle);
  const published = description.typedSearchAttributes.get(statusKey);
  const status = statuses.find((name) => name === published) ?? 'PENDING';
  const ended = description.status.name === 'RUNNING' ? null : description.status.name.toLowerCase();
  return {
    settlementId: handle.workflowId,
    status: description.status.name === 'FAILED' ? 'FAILED' : (status satisfies SettlementStatus),
    sourceChain: String(order.sourceChainId),
    destinationChain: String(order.destinationChainId),
    token: order.token,
    amount: order.amount,
    holder: order.holder,
    recipient: order.recipient,
    attempt: 0,
    burnTxHash: null,
    mintTxHash: null,
    refundTxHash: null,
    compensated: false,
    needsOperator: description.typedSearchAttributes.get(needsOperatorKey) === true,
    errorCode: ended === null ? null : 'INTERNAL',
    errorMessage: ended === null ? null : `the run was ${ended}`,
    createdAt: description.startTime.toISOString(),
    updatedAt: (description.closeTime ?? description.startTime).toISOString(),
  };
}

import {
  QueryNotRegisteredError,
  WorkflowFailedError,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { isErrorCode } from '../domain/errorCodes';
import { PermanentError, TransientError } from '../domain/errors';
import { askedAtMemo, recordQuery } from '../domain/messages';
import type { SettlementRecord } from '../domain/record';
import { recordAtStart } from '../domain/recordAtStart';
import { isTerminal, statuses, type SettlementStatus } from '../domain/status';
import { askTemporal } from './askTemporal';
import type { ClientContext } from './context';
import { readInput } from './readInput';

const statusKey = defineSearchAttributeKey('SettlementStatus', SearchAttributeType.KEYWORD);
const needsOperatorKey = defineSearchAttributeKey('SettlementNeedsOperator', SearchAttributeType.BOOL);

/** A worker answers a query at once or is not there: then what the server itself knows is told. */
const queryWithinMs = 3_000;

export interface ReadOptions {
  /** A query costs a worker as much as a step: false where many ask, and what the server keeps will do. */
  readonly askWorker?: boolean;
}

/**
 * The record of a described run: from its own end if it has ended, from its worker while it runs, and from what the server keeps
 * (order and last published status) when no worker answers. Chains by their ids.
 * @throws PermanentError with the failure's own code when the run was refused before it had a record
 * @throws TransientError TEMPORAL_UNAVAILABLE
 */
export async function readRecord(
  context: ClientContext,
  handle: WorkflowHandle,
  description: WorkflowExecutionDescription,
  { askWorker = true }: ReadOptions = {},
): Promise<SettlementRecord> {
  switch (description.status.name) {
    case 'COMPLETED':
      return askTemporal(() => handle.result() as Promise<SettlementRecord>);
    case 'FAILED':
      return recordOfFailure(handle);
    case 'RUNNING':
      if (!askWorker) return recordFromServer(context, handle, description);
      try {
        return await context.client.withDeadline(Date.now() + queryWithinMs, () =>
          handle.query<SettlementRecord>(recordQuery),
        );
      } catch (error) {
        if (error instanceof QueryNotRegisteredError) throw error;
        return recordFromServer(context, handle, description);
      }
    default: {
      // Terminated, cancelled by force or timed out: a run that was cut off, maybe after it had written its end.
      const row = await context.ledger?.find(handle.workflowId);
      if (row && isTerminal(row.record.status)) return row.record;
      // The reconciliation adopts what it left, or a retry does.
      return { ...(await recordFromServer(context, handle, description)), needsOperator: true };
    }
  }
}

/** @throws PermanentError with the failure's own code when the run was refused before it had a record (a raw start of no order) */
async function recordOfFailure(handle: WorkflowHandle): Promise<SettlementRecord> {
  try {
    await askTemporal(() => handle.result());
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    const record = cause instanceof ApplicationFailure ? cause.details?.[0] : undefined;
    if (record) return record as SettlementRecord;
    const code = cause instanceof ApplicationFailure && isErrorCode(cause.type) ? cause.type : 'INTERNAL';
    throw new PermanentError(code, `${handle.workflowId}: ${cause?.message ?? error.message}`, { cause: error });
  }
  throw new TransientError('TEMPORAL_UNAVAILABLE', `${handle.workflowId} changed while it was read`);
}

async function recordFromServer(
  context: ClientContext,
  handle: WorkflowHandle,
  description: WorkflowExecutionDescription,
): Promise<SettlementRecord> {
  const { order } = await readInput(context, handle);
  const published = description.typedSearchAttributes.get(statusKey);
  const status = statuses.find((name) => name === published) ?? 'PENDING';
  const ended = description.status.name === 'RUNNING' ? null : description.status.name.toLowerCase();
  const { memo, startTime, closeTime } = description;
  const record = recordAtStart({ ...order, settlementId: handle.workflowId }, startTime, memo?.[askedAtMemo]);
  return {
    ...record,
    status: description.status.name === 'FAILED' ? 'FAILED' : (status satisfies SettlementStatus),
    needsOperator: description.typedSearchAttributes.get(needsOperatorKey) === true,
    errorCode: ended === null ? null : 'INTERNAL',
    errorMessage: ended === null ? null : `the run was ${ended}`,
    updatedAt: closeTime?.toISOString() ?? record.updatedAt,
  };
}

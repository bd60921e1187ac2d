import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow';
import { askTemporal } from '../askTemporal';
import type { ClientContext } from '../context';
import { isNotFound } from '../readForgotten';
import type { PendingActivity, RunState } from './progress';

/** A server that is there answers at once. */
const answerWithinMs = 3_000;

export interface Run {
  readonly run: RunState;
  readonly pending: readonly PendingActivity[];
}

/** Whether a run drives the settlement, and what it waits for; it needs no worker. @throws TransientError TEMPORAL_UNAVAILABLE */
export async function readRun({ client }: ClientContext, settlementId: string): Promise<Run> {
  try {
    const description = await askTemporal(() =>
      client.withDeadline(Date.now() + answerWithinMs, () => client.workflow.getHandle(settlementId).describe()),
    );
    const pending = (description.raw.pendingActivities ?? []).map((activity) => toPending(client, activity));
    return { run: stateOf(description), pending: await Promise.all(pending) };
  } catch (error) {
    if (isNotFound(error)) return { run: 'forgotten', pending: [] };
    throw error;
  }
}

function stateOf({ status: { name } }: WorkflowExecutionDescription): RunState {
  if (name === 'RUNNING') return 'running';
  return name === 'COMPLETED' || name === 'FAILED' ? 'ended' : 'lost';
}

type Raw = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** PENDING_ACTIVITY_STATE_SCHEDULED in Temporal's API. */
const scheduled = 1;

async function toPending(
  { options }: Client,
  { activityType, attempt, lastFailure, state, scheduledTime }: Raw,
): Promise<PendingActivity> {
  const count = attempt ?? 1;
  const code = lastFailure?.applicationFailureInfo?.type ?? (lastFailure?.timeoutFailureInfo ? 'TIMEOUT' : 'INTERNAL');
  // What it says may be encrypted; its code is not.
  const error = await decodeOptionalFailureToOptionalError(options.loadedDataConverter, lastFailure);
  return {
    activity: activityType?.name ?? '(activity)',
    attempt: count,
    lastFailure: error ? { code, message: error.message } : null,
    nextAttemptAt: (state as number) === scheduled && count > 1 ? isoOf(scheduledTime) : null,
  };
}

function isoOf(time: Raw['scheduledTime']): string | null {
  if (!time?.seconds) return null;
  return new Date(Number(time.seconds) * 1_000 + (time.nanos ?? 0) / 1e6).toISOString();
}

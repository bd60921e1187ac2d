import { asyncLocalStorage, Context, type Info } from '@temporalio/activity';
import { ActivityCancellationDetails } from '@temporalio/common';
import { executions, type Execution } from './gate';

/*
 * FAKE: a worker's Context around one execution of an activity. The activity is real; it hears of a cancellation, or that nobody
 * waits for it any more, only as an answer to a heartbeat.
 */

export interface ExecutionRequest {
  readonly info: Pick<Info, 'activityId' | 'attempt' | 'scheduledTimestampMs'> & { readonly runId: string };
  readonly execution: Execution;
  readonly run: () => Promise<unknown>;
  /** The server's answer to a heartbeat; null: go on. */
  readonly onHeartbeat: () => 'cancelRequested' | 'notFound' | null;
  /** When the answer to a heartbeat comes. */
  readonly later: (happening: () => void) => void;
}

export function runExecution(request: ExecutionRequest): Promise<unknown> {
  const { info, execution, run, onHeartbeat, later } = request;
  const abort = new AbortController();
  const details: { details?: ActivityCancellationDetails } = {};
  const heartbeat = (): void => {
    const word = onHeartbeat();
    if (!word) return;
    later(() => {
      details.details ??= new ActivityCancellationDetails({ [word]: true });
      abort.abort();
    });
  };
  const { runId, ...known } = info;
  const context = new Context(
    { ...known, workflowExecution: { workflowId: 'unused', runId } } as unknown as Info,
    new Promise<never>(() => undefined),
    abort.signal,
    heartbeat,
    undefined,
    undefined as never,
    undefined as never,
    details,
  );
  return executions.run(execution, () => asyncLocalStorage.run(context, run));
}

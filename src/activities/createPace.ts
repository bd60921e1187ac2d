import { Context } from '@temporalio/activity';
import { TransientError } from '../domain/errors';
import type { Pace } from '../lanes/pace';

/** One execution waits no longer than this, so that waiting for hours holds neither a slot nor the server's attention. */
const longestWaitMs = 45_000;
/** How soon the next execution follows. It queues behind whoever else waits for a worker, which is the point of pausing. */
const pauseMs = 1_000;
/** A cancel is noticed at a heartbeat; the server's cost grows with their number. */
const heartbeatEveryMs = 5_000;

export interface PaceOptions {
  /** As if a cancel had been heard from the beginning. */
  readonly withhold?: boolean;
  /** The batch that drives the settlements, whichever of its runs this is. It takes over from nobody, and any run from it. */
  readonly batchRunId?: string;
}

/** The pace of the activity this runs in. */
export function createPace(options: PaceOptions = {}): Pace {
  const context = Context.current();
  const { info } = context;
  const startedAt = Date.now();
  let lastHeartbeatAt = startedAt;

  return {
    execution: {
      runId: options.batchRunId ?? info.workflowExecution?.runId ?? info.activityId,
      activityId: info.activityId,
      attempt: info.attempt,
      // Who drives a settlement already was scheduled later than this.
      scheduledAtMs: options.batchRunId === undefined ? info.scheduledTimestampMs : 0,
    },
    get cancelRequested() {
      return options.withhold === true || context.cancellationDetails?.cancelRequested === true;
    },
    get isOver() {
      return Date.now() - startedAt > longestWaitMs;
    },
    async nextTurn(chainName, turnMs, news) {
      if (context.cancellationSignal.aborted && context.cancellationDetails?.cancelRequested !== true) {
        // Shut down, timed out or gone: another execution goes on from the slot.
        throw new TransientError('OUTCOME_UNKNOWN', `this worker stopped waiting for ${chainName}`);
      }
      if (this.isOver) {
        throw new TransientError('AWAITING_FINALITY', `still waiting for ${chainName}`, { retryAfterMs: pauseMs });
      }
      if (Date.now() - lastHeartbeatAt >= heartbeatEveryMs) {
        lastHeartbeatAt = Date.now();
        context.heartbeat();
      }
      await turnOver(turnMs, context.cancellationSignal, news);
    },
  };
}

/** A pause that a cancellation cuts short; Context.sleep would throw, and here a cancel must not interrupt what is in flight. */
function turnOver(ms: number, signal: AbortSignal, news?: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    news?.then(done, done);
    if (!signal.aborted) signal.addEventListener('abort', done, { once: true });
  });
}

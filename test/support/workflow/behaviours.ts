import { CancelledFailure, Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ErrorCode } from '../../../src/domain/errorCodes';
import { inTime } from './inTime';

/** How one execution of a mocked activity behaves. Failures look as src/activities/toFailure.ts makes them. */
export type Behaviour<R> = () => Promise<R>;

export function answers<R>(value: R): Behaviour<R> {
  return async () => value;
}

/** A definite no: Temporal does not try the activity again. */
export function refuses(code: ErrorCode, message = `mock: ${code}`): Behaviour<never> {
  return async () => {
    throw withoutStack(ApplicationFailure.nonRetryable(message, code));
  };
}

/** An unknown outcome: Temporal tries the activity again, here at once. */
export function stumbles(code: ErrorCode, message = `mock: ${code}`, retryAfterMs = 10): Behaviour<never> {
  return async () => {
    throw withoutStack(ApplicationFailure.create({ type: code, message, nextRetryDelay: retryAfterMs }));
  };
}

/** A bug in an activity: neither a code nor a word on whether to try again. */
export function throwsBug(message: string): Behaviour<never> {
  return async () => {
    throw withoutStack(new TypeError(message));
  };
}

/** An execution that waits until the test lets it go on. */
export interface Held<R> {
  readonly behaviour: Behaviour<R>;
  /** Resolves once an execution is inside. */
  readonly entered: Promise<void>;
  /** Resolves once the activity heard that it is cancelled. */
  readonly cancelHeard: Promise<void>;
  release(): void;
}

/**
 * Waits like the real activities: with heartbeats; gives way to another worker when this one shuts down; and a cancel either
 * `ends` it, is definitely agreed to (`refuses`: a burn that proved that nothing can land), or is only heard, as while a
 * transaction is in flight.
 */
export function held<R>(then: Behaviour<R>, onCancel: 'ends' | 'refuses' | 'goesOn' = 'ends'): Held<R> {
  const entered = createSignal();
  const released = createSignal();
  const cancelHeard = createSignal();
  const behaviour = async (): Promise<R> => {
    const context = Context.current();
    // Without a hold on the process: a test that failed may leave it waiting for ever.
    const heartbeats = setInterval(() => context.heartbeat(), 50).unref();
    const interrupted = new Promise<void>((resolve) => {
      context.cancellationSignal.addEventListener('abort', () => resolve(), { once: true });
    });
    entered.fire();
    try {
      await Promise.race([released.fired, interrupted]);
      if (context.cancellationDetails?.cancelRequested === true) {
        cancelHeard.fire();
        if (onCancel === 'refuses') return await refuses('CANCELLED')();
        if (onCancel === 'ends') throw new CancelledFailure('mock: cancelled before anything was broadcast');
        await released.fired;
      } else if (context.cancellationSignal.aborted) {
        return await stumbles('OUTCOME_UNKNOWN', 'mock: this worker shuts down')();
      }
      return await then();
    } finally {
      clearInterval(heartbeats);
    }
  };
  return {
    behaviour,
    get entered() {
      return inTime(entered.fired, 'nothing came to where the test holds it');
    },
    get cancelHeard() {
      return inTime(cancelHeard.fired, 'what the test holds heard of no cancel');
    },
    release: released.fire,
  };
}

interface Signal {
  readonly fired: Promise<void>;
  readonly fire: () => void;
}

function createSignal(): Signal {
  let fire = (): void => undefined;
  const fired = new Promise<void>((resolve) => (fire = resolve));
  return { fired, fire: () => fire() };
}

/** Histories are committed: a stack would put this machine's paths into them. */
function withoutStack<E extends Error>(error: E): E {
  error.stack = '';
  return error;
}

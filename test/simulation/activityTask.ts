import {
  ActivityFailure,
  ApplicationFailure,
  arrayFromPayloads,
  CancelledFailure,
  defaultPayloadConverter,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { msToNumber, optionalTsToMs } from '@temporalio/common/lib/time';
import type { coresdk } from '@temporalio/proto';
import type { SettlementActivities } from '../../src/domain/steps';
import type { Random } from '../chaos/random';
import { runExecution } from './activityExecution';
import type { Alarm, SimulatedClock } from './clock';
import type { FaultCounts } from './faults';
import type { Gate } from './gate';

/*
 * FAKE: the server's half of one activity: retries and their backoff, heartbeat, start-to-close and schedule-to-close timeouts,
 * cancellation. An execution that was given up goes on, and nobody listens to what it says.
 */

export interface ActivityWorld {
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly gate: Gate;
  readonly faults: FaultCounts;
  readonly activities: SettlementActivities;
  /** The chance that what an execution answered is lost. */
  losesAnswers: number;
  readonly note: (line: string) => void;
}

export type Outcome = { readonly result: unknown } | { readonly failure: ActivityFailure };

/** ActivityCancellationType as the core numbers it. */
const tryCancel = 0;

export class ActivityTask {
  private attempt = 0;
  private closed = false;
  private cancelRequested = false;
  private current: symbol | null = null;
  private readonly alarms = new Set<Alarm>();
  private lastFailure: Error | null = null;
  private readonly scheduledAt: number;
  private readonly deadline: number;

  constructor(
    private readonly runId: string,
    private readonly asked: coresdk.workflow_commands.IScheduleActivity,
    private readonly world: ActivityWorld,
    private readonly onOutcome: (outcome: Outcome) => void,
  ) {
    const { clock } = world;
    this.scheduledAt = clock.now;
    const windowMs = optionalTsToMs(asked.scheduleToCloseTimeout) ?? Infinity;
    this.deadline = clock.now + windowMs;
    if (windowMs < Infinity) clock.after(windowMs, () => this.endOfTime());
    this.startIn(5 + world.random() * 40);
  }

  requestCancel(): void {
    if (this.closed) return;
    this.cancelRequested = true;
    const mayEnd = Number(this.asked.cancellationType) === tryCancel || this.current === null;
    if (mayEnd) this.fail(new CancelledFailure('cancelled'), RetryState.CANCEL_REQUESTED);
  }

  /** The run is gone: nobody asks any more. What is under way hears of it at its next heartbeat. */
  abandon(): void {
    this.closed = true;
    this.giveUp();
  }

  private get name(): string {
    return `${this.asked.activityType ?? ''}#${this.asked.seq ?? 0}/${this.attempt} of ${this.runId}`;
  }

  private startIn(ms: number): void {
    this.alarms.add(this.world.clock.after(ms, () => this.execute()));
  }

  private execute(): void {
    if (this.closed) return;
    if (this.world.gate.stopped) return this.startIn(10_000);
    this.attempt += 1;
    const me = Symbol(this.name);
    this.current = me;
    const { clock, gate, activities } = this.world;
    const name = this.name;
    this.world.note(`${name} begins`);
    this.timeOut(optionalTsToMs(this.asked.startToCloseTimeout) ?? Infinity, TimeoutType.START_TO_CLOSE);
    let heart = this.timeOut(optionalTsToMs(this.asked.heartbeatTimeout) ?? Infinity, TimeoutType.HEARTBEAT);
    const type = this.asked.activityType as keyof SettlementActivities;
    const [argument] = arrayFromPayloads(defaultPayloadConverter, this.asked.arguments);
    const working = runExecution({
      info: {
        activityId: String(this.asked.seq),
        attempt: this.attempt,
        scheduledTimestampMs: this.scheduledAt,
        runId: this.runId,
      },
      execution: gate.begin(name),
      run: () => activities[type](argument as never),
      onHeartbeat: () => {
        if (this.current !== me) return 'notFound';
        heart.cancel();
        heart = this.timeOut(optionalTsToMs(this.asked.heartbeatTimeout) ?? Infinity, TimeoutType.HEARTBEAT);
        return this.cancelRequested ? 'cancelRequested' : null;
      },
      later: (happening) => void clock.after(20, happening),
    });
    const answer = (settle: () => void): void =>
      void clock.after(2 + this.world.random() * 10, () => this.answered(me, name, settle));
    working.then(
      (result) => answer(() => this.close({ result })),
      (error: unknown) => answer(() => this.failed(error as Error)),
    );
  }

  private answered(me: symbol, name: string, settle: () => void): void {
    const { random, faults, note, losesAnswers } = this.world;
    if (this.current !== me) return note(`${name} answers, and nobody listens`);
    if (random() >= losesAnswers) return settle();
    faults.answerLost += 1;
    note(`${name}: its answer is lost`);
  }

  private failed(error: Error): void {
    const isCancelled = error instanceof CancelledFailure && this.cancelRequested;
    this.world.note(`${this.name} fails: ${error.message}`);
    this.giveUp();
    this.lastFailure = error;
    if (isCancelled) return this.fail(error, RetryState.CANCEL_REQUESTED);
    const failure = error instanceof ApplicationFailure ? error : null;
    if (failure?.nonRetryable) return this.fail(error, RetryState.NON_RETRYABLE_FAILURE);
    if (this.cancelRequested) return this.fail(error, RetryState.CANCEL_REQUESTED);
    const delayMs = failure?.nextRetryDelay === undefined ? this.backoffMs() : msToNumber(failure.nextRetryDelay ?? 0);
    // Where no time is left for a next try the server hands over the last failure.
    if (this.world.clock.now + delayMs >= this.deadline) return this.fail(error, RetryState.TIMEOUT);
    this.startIn(delayMs);
  }

  private timeOut(ms: number, kind: TimeoutType): Alarm {
    const alarm = this.world.clock.after(ms, () => {
      if (this.closed || this.current === null) return;
      this.failed(new TimeoutFailure(`activity ${kind} timeout`, undefined, kind));
    });
    this.alarms.add(alarm);
    return alarm;
  }

  private endOfTime(): void {
    if (this.closed) return;
    this.world.faults.mintWindowOver += 1;
    const timeout = new TimeoutFailure('activity ScheduleToClose timeout', undefined, TimeoutType.SCHEDULE_TO_CLOSE);
    if (this.lastFailure) Object.assign(timeout, { cause: this.lastFailure });
    this.fail(timeout, RetryState.TIMEOUT);
  }

  private backoffMs(): number {
    const { retryPolicy } = this.asked;
    const initial = optionalTsToMs(retryPolicy?.initialInterval) ?? 1_000;
    const longest = optionalTsToMs(retryPolicy?.maximumInterval) ?? initial * 100;
    return Math.min(longest, initial * (retryPolicy?.backoffCoefficient ?? 2) ** (this.attempt - 1));
  }

  private fail(cause: Error, state: RetryState): void {
    const { activityType, seq } = this.asked;
    const failure = new ActivityFailure(
      'Activity task failed',
      activityType ?? '',
      String(seq),
      state,
      undefined,
      cause,
    );
    this.close({ failure });
  }

  private close(outcome: Outcome): void {
    if (this.closed) return;
    this.closed = true;
    this.world.note(
      `${this.name} ends: ${'result' in outcome ? JSON.stringify(outcome.result) : outcome.failure.retryState}`,
    );
    this.giveUp();
    this.onOutcome(outcome);
  }

  /** The execution under way is nobody's any more. */
  private giveUp(): void {
    this.current = null;
    for (const alarm of this.alarms) alarm.cancel();
    this.alarms.clear();
  }
}

import { ApplicationFailure, defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time';
import type { OrderJson } from '../../src/domain/order';
import type { SettlementRecord } from '../../src/domain/record';
import { ActivityTask, type ActivityWorld, type Outcome } from './activityTask';
import type { Alarm } from './clock';
import { failureOf, job, WorkflowRun, type Command, type Job } from './workflowRun';

/*
 * FAKE: the Temporal server as far as one workflow id needs it: runs, their timers, activities and updates, and what ended them.
 * Not modelled: replay (test/replay has the real one) and retention, which is `forget`.
 */

export interface EndedRun {
  readonly state: 'COMPLETED' | 'FAILED' | 'TERMINATED';
  /** What the run returned, or what its failure carries; null of one that was cut off, or refused without a record. */
  readonly record: SettlementRecord | null;
}

export class Run {
  ended: EndedRun | null = null;
  private readonly workflow: WorkflowRun;
  private readonly activities = new Map<number, ActivityTask>();
  private readonly timers = new Map<number, Alarm>();
  private readonly updates = new Map<string, (refusal: string | null) => void>();
  private inbox: Job[] = [];
  private taskDue = false;

  constructor(
    readonly runId: string,
    order: OrderJson,
    args: readonly unknown[],
    private readonly world: ActivityWorld,
    private readonly onBroken: (why: string) => void,
  ) {
    const { clock } = world;
    const { settlementId: workflowId } = order;
    this.workflow = new WorkflowRun({ workflowId, runId, startedAt: clock.now, args: [order, ...args] });
    clock.after(5, () => this.task(() => this.workflow.start()));
  }

  record(): SettlementRecord | null {
    return this.ended ? this.ended.record : this.workflow.record();
  }

  /** Asks by an update; `onAnswer` hears null, or the code of the refusal. */
  update(name: string, input: readonly object[], onAnswer: (refusal: string | null) => void): void {
    const id = `update-${this.updates.size}`;
    this.updates.set(id, onAnswer);
    const payloads = input.map((one) => defaultPayloadConverter.toPayload(one));
    const content = { id, protocolInstanceId: id, name, input: payloads, headers: {}, runValidator: true };
    this.deliver(job('doUpdate', content));
  }

  cancel(): void {
    this.deliver(job('cancelWorkflow', {}));
  }

  terminate(): void {
    if (!this.ended) this.end({ state: 'TERMINATED', record: null });
  }

  private deliver(one: Job): void {
    this.inbox.push(one);
    if (this.taskDue) return;
    this.taskDue = true;
    this.world.clock.after(2 + this.world.random() * 20, () => {
      this.taskDue = false;
      const jobs = this.inbox;
      this.inbox = [];
      return this.task(() => this.workflow.take(jobs));
    });
  }

  private async task(take: () => Promise<readonly Command[]>): Promise<void> {
    if (this.ended) return;
    try {
      for (const command of await take()) this.obey(command);
    } catch (error) {
      // Temporal would try the task again for ever.
      this.onBroken(
        `a workflow task of ${this.runId} fails: ${error instanceof Error ? error.message : String(error)}`,
      );
      this.terminate();
    }
  }

  private obey(command: Command): void {
    const { scheduleActivity, requestCancelActivity, startTimer, cancelTimer, updateResponse } = command;
    const { completeWorkflowExecution: completed, failWorkflowExecution: failed } = command;
    if (scheduleActivity) {
      const seq = scheduleActivity.seq ?? 0;
      const onOutcome = (outcome: Outcome): void =>
        this.deliver(job('resolveActivity', { seq, result: resultOf(outcome) }));
      this.activities.set(seq, new ActivityTask(this.runId, scheduleActivity, this.world, onOutcome));
    }
    if (requestCancelActivity) this.activities.get(requestCancelActivity.seq ?? 0)?.requestCancel();
    if (startTimer) {
      const seq = startTimer.seq ?? 0;
      const ms = tsToMs(startTimer.startToFireTimeout);
      this.timers.set(
        seq,
        this.world.clock.after(ms, () => this.deliver(job('fireTimer', { seq }))),
      );
    }
    if (cancelTimer) this.timers.get(cancelTimer.seq ?? 0)?.cancel();
    if (updateResponse?.completed || updateResponse?.rejected) {
      const refusal = updateResponse.rejected?.applicationFailureInfo?.type ?? null;
      this.updates.get(updateResponse.protocolInstanceId ?? '')?.(refusal);
    }
    if (completed) {
      this.end({
        state: 'COMPLETED',
        record: completed.result ? defaultPayloadConverter.fromPayload(completed.result) : null,
      });
    }
    if (failed?.failure) {
      const error = defaultFailureConverter.failureToError(failed.failure, defaultPayloadConverter);
      const details = error instanceof ApplicationFailure ? error.details?.[0] : undefined;
      this.end({ state: 'FAILED', record: (details as SettlementRecord | undefined) ?? null });
    }
  }

  private end(ended: EndedRun): void {
    this.ended = ended;
    const { status, errorCode } = ended.record ?? {};
    this.world.note(`run ${this.runId} is ${ended.state}: ${status ?? 'no record'} ${errorCode ?? ''}`);
    for (const activity of this.activities.values()) activity.abandon();
    for (const timer of this.timers.values()) timer.cancel();
  }
}

function resultOf(outcome: Outcome): object {
  if ('failure' in outcome) {
    const failure = failureOf(outcome.failure);
    return outcome.failure.retryState === 'CANCEL_REQUESTED' && failure.cause?.canceledFailureInfo
      ? { cancelled: { failure } }
      : { failed: { failure } };
  }
  return { completed: { result: defaultPayloadConverter.toPayload(outcome.result) } };
}

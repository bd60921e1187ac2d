import { ApplicationFailure, CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { Desk } from './desk';
import type { Settlement } from './settlement';

/** What an undo found: its step is undone, or the step stands for good and the settlement must go forward. */
export type Undone =
  | { readonly outcome: 'undone'; readonly refundTxHash?: string | null }
  | { readonly outcome: 'stands'; readonly mintTxHash: string | null };

export type Compensated = Undone | { readonly outcome: 'forward' };

interface Compensation {
  readonly name: string;
  readonly undo: () => Promise<Undone>;
}

/**
 * After a definite refusal of an undo nothing changes by the second; but it is tried again without being asked. Each turn adds
 * about 13 events to a history that may hold 51,200: waits that grow to a day leave room for years.
 */
const undoAgainAfterMs = { first: 10 * 60_000, longest: 24 * 3_600_000 };

/** The compensations of one run, each registered before its step and run in reverse. */
export class Saga {
  private readonly compensations: Compensation[] = [];

  constructor(
    private readonly settlement: Settlement,
    private readonly desk: Desk,
  ) {}

  /** Registers the undo of a step that is about to begin. The same step begun again keeps its one undo. */
  register(name: string, undo: () => Promise<Undone>): void {
    if (this.compensations[0]?.name !== name) this.compensations.unshift({ name, undo });
  }

  /**
   * Runs every undo in reverse, each until it is through: holds, calls an operator and keeps trying where one cannot be done.
   * Ends early when an undo finds that its step stands, or when somebody asks to go forward again.
   */
  async compensate(alarmAfterMs: number): Promise<Compensated> {
    let last: Undone = { outcome: 'undone' };
    for (const { name, undo } of this.compensations) {
      const done = await this.undoUntilDone(name, undo, alarmAfterMs);
      if (done.outcome !== 'undone') return done;
      last = done;
    }
    return last;
  }

  private async undoUntilDone(name: string, undo: () => Promise<Undone>, alarmAfterMs: number): Promise<Compensated> {
    for (let waitMs = undoAgainAfterMs.first; ; waitMs = Math.min(waitMs * 2, undoAgainAfterMs.longest)) {
      try {
        const done = await this.withAlarm(name, alarmAfterMs, () => this.desk.untilForward(undo));
        this.settlement.dismissOperator();
        return done === 'forward' ? { outcome: 'forward' } : done;
      } catch (error) {
        this.settlement.callOperator(error);
        const word = await this.desk.nextWord(waitMs);
        if (word?.action !== 'retry') continue;
        this.settlement.dismissOperator();
        return { outcome: 'forward' };
      }
    }
  }

  /** Calls an operator when the work takes long, and lets the work go on. */
  private async withAlarm<T>(name: string, alarmAfterMs: number, work: () => Promise<T>): Promise<T> {
    const alarm = new CancellationScope();
    const rung = alarm.run(async () => {
      await sleep(alarmAfterMs);
      const message = `'${name}' is not through after ${alarmAfterMs / 1000} s; it is tried on, no money moves without proof`;
      this.settlement.callOperator(ApplicationFailure.nonRetryable(message, 'OUTCOME_UNKNOWN'));
    });
    rung.catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
    try {
      return await work();
    } finally {
      alarm.cancel();
    }
  }
}

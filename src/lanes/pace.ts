/** Which run and which of its activities a step is done for; `attempt` is Temporal's count of executions, from 1. */
export interface Execution {
  readonly runId: string;
  readonly activityId: string;
  readonly attempt: number;
  /** When the server scheduled the activity, by its clock. */
  readonly scheduledAtMs: number;
}

/** How a waiting loop lives inside an activity: it waits a turn at a time, may be asked to stop, and never outstays. */
export interface Pace {
  readonly execution: Execution;
  /** Whether the caller wants the step not to happen (a cancelled settlement). Looked at before a broadcast, never after. */
  readonly cancelRequested: boolean;
  /** This execution has waited long enough: what is still unknown is for the next one. */
  readonly isOver: boolean;
  /**
   * Waits until it is worth looking again: until `news` settles, at most `turnMs`.
   * @throws TransientError AWAITING_FINALITY when this execution has waited long enough; the next one goes on from the slot
   */
  nextTurn(chainName: string, turnMs: number, news?: Promise<unknown>): Promise<void>;
}

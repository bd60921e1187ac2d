import type { ErrorCode } from './errorCodes';
import type { SettlementStatus } from './status';

/** What passes between a batch, its activities and who asks for it. */
export const batchWorkflowType = 'batchSettlementWorkflow';
export const batchProgressQuery = 'progress';

/** A batch's workflow id, and the run that its settlements name as their owner: no settlement id has a slash. */
export function batchRunIdOf(batchId: string): string {
  return `batch/${batchId}`;
}

/** The workflow of the batch that drives a settlement, or null when a run of its own does. */
export function batchOfRun(runId: string): string | null {
  return runId.startsWith('batch/') ? runId : null;
}

/** Some of a batch's orders, by their place in it: from `from`, and before `to`. The orders themselves are in the ledger. */
export interface BatchRange {
  readonly batchId: string;
  readonly from: number;
  readonly to: number;
}

/** One that does not go on with the others. */
export interface Straggler {
  readonly position: number;
  readonly code: ErrorCode;
}

/** What became of a range: whoever is in neither list has taken the step. */
export interface BatchStep {
  readonly stragglers: readonly Straggler[];
  /** Positions of those that the chains keep back for now: a pause, a limit that is used up. */
  readonly later: readonly number[];
}

export interface BatchRequest extends BatchRange {
  /** Positions that this is not about: they left before, or are not that far. */
  readonly except: readonly number[];
}

export interface BatchLeaveRequest {
  readonly batchId: string;
  readonly positions: readonly number[];
}

export interface BatchActivities {
  burnBatch(request: BatchRequest): Promise<BatchStep>;
  mintBatch(request: BatchRequest): Promise<BatchStep>;
  leaveBatch(request: BatchLeaveRequest): Promise<void>;
}

/** How far a batch is. `next`: the first order that nobody has looked at yet. */
export interface BatchProgress {
  readonly size: number;
  readonly next: number;
  readonly burned: number;
  readonly completed: number;
  /** Those that go on alone, each as its own settlement workflow, or were refused. */
  readonly left: number;
  readonly cancelled: boolean;
}

/** A batch as the ledger tells it: what stands of its orders, whoever drives them. */
export interface BatchReport {
  readonly batchId: string;
  readonly size: number;
  readonly createdAt: string;
  /** Settlements of the batch by status; those the ledger has not heard of are PENDING. */
  readonly statuses: Readonly<Partial<Record<SettlementStatus, number>>>;
  /** Another order stands under their id: nothing of them will ever happen. */
  readonly conflicts: number;
  readonly needsOperator: number;
}

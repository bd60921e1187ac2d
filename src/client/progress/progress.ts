import type { SettlementRecord } from '../../domain/record';

/** The steps of a settlement as somebody watches them; those of the way back are there once it goes back. */
export const stepNames = [
  'accepted',
  'burn',
  'burn final',
  'mint',
  'mint final',
  'tombstone',
  'refund',
  'refund final',
] as const;
export type StepName = (typeof stepNames)[number];

/** `notNeeded`: the ledger proves that no mint can land, so no tombstone is sent. */
export const stepStates = ['waiting', 'underWay', 'done', 'failed', 'notNeeded'] as const;
export type StepState = (typeof stepStates)[number];

export interface StepProgress {
  readonly step: StepName;
  readonly state: StepState;
  readonly chain: string | null;
  /** ISO 8601, by the ledger's clock, or the watcher's where there is no ledger; null while it is not known. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly txHash: string | null;
  readonly block: number | null;
  /** Of the transaction, its own block counted; `needed` is what the chain's policy asks for now. */
  readonly confirmations: { readonly seen: number; readonly needed: number } | null;
}

/** An activity of the settlement's run that is not over. */
export interface PendingActivity {
  readonly activity: string;
  /** Temporal's count of its executions, from 1. */
  readonly attempt: number;
  /** Code and message of what the last execution ended with; null in the first. */
  readonly lastFailure: { readonly code: string; readonly message: string } | null;
  /** ISO 8601; null while an execution is under way. */
  readonly nextAttemptAt: string | null;
}

/** Whether somebody drives the settlement. `lost`: its run was cut off, and nobody took it up yet. */
export const runStates = ['running', 'ended', 'lost', 'forgotten', 'unknown'] as const;
export type RunState = (typeof runStates)[number];

/** One look at a settlement. */
export interface Progress {
  readonly record: SettlementRecord;
  readonly steps: readonly StepProgress[];
  readonly run: RunState;
  readonly pending: readonly PendingActivity[];
  /** Who did not answer in this look; what he would have said is as it was last known. */
  readonly silent: readonly { readonly who: string; readonly why: string }[];
}

import { ActivityCancellationType, type ActivityOptions, type RetryPolicy } from '@temporalio/workflow';

/** An unknown outcome is asked for again until it is known: no limit on attempts, errors say themselves when to stop. */
export const untilKnown: RetryPolicy = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' };

/**
 * An execution waits at most 45 s before it makes room for the next. A worker that dies is noticed after the heartbeat
 * timeout; a shorter one would cost the server more than it gives (500 waiters at 10 s: a quarter of a core).
 */
const oneStep: ActivityOptions = { startToCloseTimeout: '3m', heartbeatTimeout: '60s', retry: untilKnown };

/** The burn says itself whether a cancel came in time, so the saga waits for its answer. */
export const burnOptions: ActivityOptions = {
  ...oneStep,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  summary: 'burn on the source chain, wait until final',
};

/** A cancelled mint needs no answer: whether it landed is asked of the slot, by the tombstone. */
export function mintOptions(mintWindowMs: number | undefined): ActivityOptions {
  return {
    ...oneStep,
    ...(mintWindowMs === undefined ? {} : { scheduleToCloseTimeout: mintWindowMs }),
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary: 'mint on the destination chain, wait until final',
  };
}

export const cancelMintOptions: ActivityOptions = {
  ...oneStep,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  summary: 'undo: make sure that no mint can land',
};

export const refundOptions: ActivityOptions = {
  ...oneStep,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  summary: 'undo: give the holder the tokens back',
};

/** Told until the receiver takes it; each try is short, and a receiver that is away is not asked all the time. */
export const alertOptions: ActivityOptions = {
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  summary: 'call an operator',
};

export const alertOverOptions: ActivityOptions = {
  ...alertOptions,
  scheduleToCloseTimeout: '1m',
  summary: 'tell that no operator is needed any more',
};

/** A word that is not kept does not count: tried until it is. */
export const recordOptions: ActivityOptions = {
  startToCloseTimeout: '30s',
  retry: untilKnown,
  summary: "keep the operator's word",
};

/** One page of the reconciliation; a page that was lost is looked at again. */
export const reconcileOptions: ActivityOptions = {
  startToCloseTimeout: '5m',
  retry: { ...untilKnown, maximumInterval: '1m' },
};

export const reverseMintOptions: ActivityOptions = {
  ...oneStep,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  summary: 'operator: take the mint back',
};

/** An execution waits for its blocks as a single step does; a chunk of stragglers takes longer. */
export const batchStepOptions: ActivityOptions = {
  startToCloseTimeout: '10m',
  heartbeatTimeout: '20s', // there are few of them, and hundreds of settlements wait for a worker that died
  retry: untilKnown,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

export const leaveBatchOptions: ActivityOptions = {
  startToCloseTimeout: '5m',
  retry: untilKnown,
  summary: 'who cannot go on with the batch goes on alone',
};

import type { SettlementStatus } from './status';

/** The names and shapes of what can be asked of a running settlement. Clients and workflow both take them from here. */
export const workflowType = 'settlementWorkflow';
export const reconciliationWorkflowType = 'reconciliationWorkflow';
export const recordQuery = 'record';
export const retryUpdate = 'retry';
export const cancelUpdate = 'cancel';
export const resolveUpdate = 'resolve';

/** Memo keys, readable by `describe` without a worker. */
export const fingerprintMemo = 'fingerprint';
/** When the client asked, ISO 8601 by its clock. */
export const askedAtMemo = 'askedAt';
/** The request id of the retry that opened the run: a retry whose answer was lost finds its own deed by it. */
export const retryRequestMemo = 'retryRequest';

/** The third, optional argument of the workflow. A plain start never begins the attempt after a refund; a retry does. */
export interface SettlementRequest {
  readonly kind: 'start' | 'retry';
}

export const resolutionActions = ['retry', 'refund', 'complete'] as const;

/** An operator's word on a settlement that cannot go on alone; both texts are kept in its history. */
export interface Resolution {
  /** retry: forward again; refund: back; complete: the mint is paid for after all, look again. None can move money twice. */
  readonly action: (typeof resolutionActions)[number];
  readonly by: string;
  readonly evidence: string;
}

/** An operator's word as the ledger keeps it, with where the settlement stood when it was said. */
export interface ResolutionRecord extends Resolution {
  readonly settlementId: string;
  readonly attempt: number;
  readonly status: SettlementStatus;
}

export interface ResolutionActivities {
  recordResolution(record: ResolutionRecord): Promise<void>;
}

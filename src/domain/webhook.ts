import type { SettlementRecord } from './record';

export const webhookWorkflowType = 'webhookWorkflow';

/** One telling of one end of one settlement to the receiver of one token. Neither URL nor secret: histories are read by many. */
export interface WebhookRequest {
  readonly tokenId: string;
  readonly settlementId: string;
  /** Of the ledger's event. */
  readonly seq: number;
  /** The same for every try: receivers tell repeats by it. */
  readonly messageId: string;
}

/** 'gone': the token was revoked, its webhook taken away, or the receiver said that it wants no more (410). */
export type WebhookOutcome = 'delivered' | 'gone';

export interface WebhookActivities {
  deliverWebhook(request: WebhookRequest): Promise<WebhookOutcome>;
}

/** What a receiver is sent. */
export interface WebhookBody {
  readonly type: 'settlement.completed' | 'settlement.failed';
  /** When it ended, ISO 8601. */
  readonly timestamp: string;
  /** As it stood then. */
  readonly data: SettlementRecord;
}

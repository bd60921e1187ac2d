import { proxyActivities } from '@temporalio/workflow';
import type { WebhookActivities, WebhookOutcome, WebhookRequest } from '../domain/webhook';
import { webhookOptions } from './webhookOptions';

const { deliverWebhook } = proxyActivities<WebhookActivities>(webhookOptions);

/** Tells one receiver of one end, until it takes it or three days are over. No settlement waits for it. */
export async function webhookWorkflow(request: WebhookRequest): Promise<WebhookOutcome> {
  return deliverWebhook(request);
}

import { toFailure } from '../activities/toFailure';
import type { WebhookActivities } from '../domain/webhook';
import { deliverWebhook, type WebhookContext } from './deliverWebhook';

/** The webhooks' activity as a worker registers it. */
export function createWebhookActivities(context: WebhookContext): WebhookActivities {
  return { deliverWebhook: (request) => toFailure(() => deliverWebhook(context, request)) };
}

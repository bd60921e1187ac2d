import { ApplicationFailure } from '@temporalio/common';
import type { WebhookActivities, WebhookRequest } from '../../../src/domain/webhook';

/** One way that telling a receiver can go; `npm run replay:record` keeps a history of each. */
export interface WebhookScenario {
  readonly name: string;
  readonly activities: () => WebhookActivities;
  readonly ends: 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED' | 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED';
}

export const webhookRequest: WebhookRequest = {
  tokenId: 'abcdefghijkl',
  settlementId: 'acme-1',
  seq: 7,
  messageId: `msg_abcdefghijkl_${'0a'.repeat(12)}`,
};

export const webhookScenarios: readonly WebhookScenario[] = [
  {
    name: 'delivered',
    activities: () => ({ deliverWebhook: async () => 'delivered' }),
    ends: 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED',
  },
  {
    name: 'gone',
    activities: () => ({ deliverWebhook: async () => 'gone' }),
    ends: 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED',
  },
  {
    name: 'refused',
    activities: () => ({
      deliverWebhook: async () => {
        throw ApplicationFailure.create({ type: 'WEBHOOK_INVALID', message: 'a test', nonRetryable: true });
      },
    }),
    ends: 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED',
  },
];

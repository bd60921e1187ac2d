import type { ActivityOptions } from '@temporalio/workflow';

/** A receiver that is away for a weekend is not given up; one that is away is not asked all the time. */
export const webhookOptions: ActivityOptions = {
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '3 days',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '1h' },
  summary: 'tell the receiver of a webhook',
};

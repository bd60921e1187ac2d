import { noopMetricMeter, type MetricMeter } from '@temporalio/common';
import type { Logger } from 'pino';
import { request } from 'undici';
import type { Config } from '../config';
import type { Alert } from '../domain/alert';
import { ConfigError, TransientError } from '../domain/errors';
import { readSecretFile } from '../signers/readSecretFile';

export type AlertSender = (alert: Alert) => Promise<void>;

/** Longer than any receiver should take; the activity's own timeout is above it. */
const answerWithinMs = 10_000;

/**
 * Tells whoever the configuration names, in the shape of PagerDuty's Events API v2 (POST /v2/enqueue: routing_key, event_action, dedup_key,
 * payload, links; 202 means taken; https://developer.pagerduty.com/docs/events-api-v2/trigger-events/). The log always says it.
 * @throws ConfigError CONFIG_INVALID when the routing key cannot be read
 */
export async function createAlertSender(
  { alerts, temporal }: Config,
  log: Logger,
  meter: MetricMeter = noopMetricMeter,
): Promise<AlertSender> {
  const sent = meter.createCounter(
    'settlement_alerts',
    undefined,
    'alerts by action, and whether the receiver took them',
  );
  const routingKey = alerts && (await readSecretFile(alerts.routingKeyFile)).trim();
  if (routingKey === '') throw new ConfigError('CONFIG_INVALID', 'config: alerts.routingKeyFile is empty');
  return async (alert) => {
    const { action, severity, key, code, summary, details } = alert;
    log[action === 'resolve' ? 'info' : severity === 'warning' ? 'warn' : 'error']({ key, code, details }, summary);
    if (!alerts) return sent.add(1, { action, outcome: 'logged' });
    const ui = alerts.temporalUiUrl;
    const run = `${ui?.replace(/\/$/, '')}/namespaces/${temporal.namespace}/workflows/${alert.component}`;
    const links = ui && key.startsWith('settlement/') ? [{ href: run, text: 'its run in Temporal' }] : [];
    const event = {
      routing_key: routingKey,
      event_action: action,
      dedup_key: key,
      payload: {
        summary: summary.slice(0, 1_024),
        source: alerts.source,
        severity,
        component: alert.component,
        class: code,
        custom_details: details,
      },
      links,
    };
    const count = (outcome: string): void => sent.add(1, { action, outcome });
    await post(alerts.url, event).catch((error: unknown) => {
      count('undelivered');
      throw error;
    });
    count('delivered');
  };
}

async function post(url: string, event: object): Promise<void> {
  const { statusCode } = await ask(url, event);
  if (statusCode >= 200 && statusCode < 300) return;
  // Too many, or its own trouble: later. Anything else is said again too, for somebody may correct the key or the address.
  throw new TransientError('ALERT_UNDELIVERED', `the alert receiver answered ${statusCode}`, {
    ...(statusCode === 429 ? { retryAfterMs: 60_000 } : {}),
  });
}

async function ask(url: string, event: object): Promise<{ readonly statusCode: number }> {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    await answer.body.dump();
    return answer;
  } catch (error) {
    // The address may hold a token: only what went wrong is told.
    throw new TransientError('ALERT_UNDELIVERED', 'the alert receiver does not answer', { cause: error });
  }
}

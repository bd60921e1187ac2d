import { createHmac } from 'node:crypto';

export interface SignedHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/**
 * The headers of https://www.standardwebhooks.com: HMAC-SHA256 over id, time and body, so that a receiver's library can check them.
 * @param secret `whsec_` and base64
 */
export function signWebhook(secret: string, messageId: string, sentAtSeconds: number, body: string): SignedHeaders {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${messageId}.${sentAtSeconds}.${body}`).digest('base64');
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(sentAtSeconds),
    'webhook-signature': `v1,${signature}`,
  };
}

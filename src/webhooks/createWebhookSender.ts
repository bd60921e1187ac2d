import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { TransientError } from '../domain/errors';
import { checkWebhookUrl } from './checkWebhookUrl';
import { isPublicAddress } from './isPublicAddress';

export interface WebhookSender {
  /**
   * Posts it, and follows no redirect. 'gone': the receiver wants no more of them.
   * @throws TransientError WEBHOOK_UNDELIVERED; PermanentError WEBHOOK_INVALID when it may not go there (any more)
   */
  send(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<'delivered' | 'gone'>;
  close(): Promise<void>;
}

const answerWithinMs = 10_000;
const gone = 410;

/** @param allowPrivate hosts of this machine and of private networks too */
export function createWebhookSender(allowPrivate: boolean): WebhookSender {
  // Looked at where the connection is made: a name may lead elsewhere than it did a moment ago.
  const lookup = allowPrivate ? undefined : publicLookup;
  const agent = new Agent({
    connect: { timeout: answerWithinMs, ...(lookup && { lookup }) },
    maxResponseSize: 64 * 1024,
  });
  return {
    async send(text, headers, body) {
      const url = checkWebhookUrl(text, allowPrivate);
      const statusCode = await post(agent, url, headers, body);
      if (statusCode >= 200 && statusCode < 300) return 'delivered';
      if (statusCode === gone) return 'gone';
      throw new TransientError('WEBHOOK_UNDELIVERED', `the receiver answered ${statusCode}`);
    },
    close: () => agent.close(),
  };
}

async function post(agent: Agent, url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
  try {
    const answer = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'cross-chain-settlement', ...headers },
      body,
      signal: AbortSignal.timeout(answerWithinMs),
    });
    // What it says beside its status is nobody's business, however long it is.
    await answer.body.dump({ limit: 16_384 });
    return answer.statusCode;
  } catch (error) {
    // The URL may hold a token: only that it went wrong is told.
    throw new TransientError('WEBHOOK_UNDELIVERED', 'the receiver does not answer', { cause: error });
  }
}

const publicLookup: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) {
      done(error, '');
      return;
    }
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isPublicAddress(address))) {
      done(new Error('a host of a private network'), '');
      return;
    }
    if (options.all) done(null, addresses);
    else done(null, first.address, first.family);
  });
};

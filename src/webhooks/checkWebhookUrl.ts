import { isIP } from 'node:net';
import { PermanentError } from '../domain/errors';
import { isPublicAddress } from './isPublicAddress';

/**
 * Whether a webhook may go there, as far as the URL alone tells; a host's addresses are looked at when it is called.
 * @throws PermanentError WEBHOOK_INVALID
 */
export function checkWebhookUrl(text: string, allowPrivate: boolean): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new PermanentError('WEBHOOK_INVALID', 'the webhook is not a URL');
  }
  const refuse = (why: string) => new PermanentError('WEBHOOK_INVALID', `the webhook's URL ${why}`);
  if (text.length > 2_048) throw refuse('is longer than 2048 characters');
  if (url.username !== '' || url.password !== '') throw refuse('has a user or a password in it');
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) throw refuse('is not https');
  if (allowPrivate) return url;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw refuse('is of a private network');
  if (host === 'localhost' || host.endsWith('.localhost')) throw refuse('is of this machine');
  return url;
}

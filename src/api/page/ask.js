import { session } from './session.js';

/** What the API says instead of an answer; `away` where it did not speak at all, or asks to come back later. */
export class Problem extends Error {
  /** @param {{ status: number, code: string, message: string, hint?: string }} said */
  constructor({ status, code, message, hint = '' }) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.away = status === 0 || status === 503 || status === 429 || status === 408;
  }
}

let aheadMs = 0;

/** By the API's clock: this machine's may be wrong, and elapsed times would be with it. */
export function nowMs() {
  return Date.now() + aheadMs;
}

/**
 * @template T
 * @param {string} path
 * @param {{ signal?: AbortSignal, body?: object }} [options] with a body it is a POST
 * @returns {Promise<T>}
 */
export async function ask(path, { signal, body } = {}) {
  const response = await send(path, {
    ...(signal && { signal }),
    ...(body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return response.json();
}

/**
 * @param {string} path
 * @param {RequestInit & { headers?: Record<string, string> }} init
 */
export async function send(path, init) {
  let response;
  try {
    const headers = { ...init.headers, authorization: `Bearer ${session.token ?? ''}` };
    response = await fetch(path, { ...init, headers, cache: 'no-store', credentials: 'omit', redirect: 'error' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Problem({ status: 0, code: 'NO_ANSWER', message: 'The API does not answer.' });
  }
  keepTime(response.headers.get('date'));
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** @param {string | null} date to the second: what is less may be the way and the rounding */
function keepTime(date) {
  if (date === null) return;
  const found = Date.parse(date) + 500 - Date.now();
  aheadMs = Math.abs(found) > 2_000 ? found : 0;
}

/** @param {Response} response */
async function problemOf(response) {
  const { status } = response;
  try {
    const { error } = await response.json();
    return new Problem({ status, ...error });
  } catch {
    return new Problem({
      status,
      code: 'NO_ANSWER',
      message: `An answer with status ${status} that is not the API's.`,
    });
  }
}

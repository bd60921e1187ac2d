import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startApi } from '../../src/api/startApi';
import { hashSecret } from '../../src/api/authenticate';
import { loadConfig, readEnvironment, type ApiConfig } from '../../src/config';
import type { ApiScope } from '../../src/domain/apiToken';
import { createLedger } from '../../src/ledger/createLedger';
import { createLogger } from '../../src/observability/createLogger';
import type { TestStack } from './testStack';

export interface ApiReply<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly text: string;
}

export interface AskOptions {
  /** Null: without. */
  readonly token?: string | null;
  readonly body?: unknown;
  /** As it stands, instead of a body that is made JSON. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestApi {
  readonly url: string;
  /** Of the prefix `test-`, with every scope. */
  readonly token: string;
  makeToken(given?: TokenGiven): Promise<string>;
  ask<Body = Record<string, unknown>>(method: string, path: string, options?: AskOptions): Promise<ApiReply<Body>>;
  close(): Promise<void>;
}

interface TokenGiven {
  readonly name?: string;
  readonly prefix?: string | null;
  readonly scopes?: readonly ApiScope[];
  readonly webhook?: { readonly url: string; readonly secret: string };
}

/** By database: a prefix has one live token, and several servers may serve it. */
const usualTokens = new Map<string, string>();

/** The real API in this process, on a port of its own, over a stack's ledger, chains and Temporal. */
export async function startTestApi(
  stack: Pick<TestStack, 'configPath' | 'databaseUrl'>,
  options: Partial<ApiConfig> = {},
  override: (json: Record<string, unknown>) => Record<string, unknown> = (json) => json,
): Promise<TestApi> {
  const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as Record<string, unknown>;
  const configPath = join(dirname(stack.configPath), `api-${randomBytes(4).toString('hex')}.json`);
  const plenty = { token: 1_000_000, address: 1_000_000 };
  const api = { port: 0, requestsPerMinute: plenty, allowPrivateWebhooks: true, ...options };
  writeFileSync(configPath, JSON.stringify(override({ ...json, api })));
  const running = await startApi(loadConfig(configPath), readEnvironment(), createLogger('silent'));
  const ledger = createLedger({ databaseUrl: stack.databaseUrl });
  const makeToken = async (given: TokenGiven = {}): Promise<string> => {
    const [id, secret] = [randomBytes(6).toString('hex'), randomBytes(32).toString('base64url')];
    const { name = id, prefix = `${id}-`, scopes = ['submit', 'read', 'operate'], webhook = null } = given;
    await ledger.createToken({ id, secretHash: hashSecret(secret), name, idPrefix: prefix, scopes, webhook });
    return `cs_${id}_${secret}`;
  };
  const token = usualTokens.get(stack.databaseUrl) ?? (await makeToken({ prefix: 'test-' }));
  usualTokens.set(stack.databaseUrl, token);
  return {
    url: running.url,
    token,
    makeToken,
    ask: (method, path, asked = {}) => ask(running.url, token, method, path, asked),
    async close() {
      await Promise.all([running.close(), ledger.close()]);
    },
  };
}

async function ask<Body>(
  url: string,
  ownToken: string,
  method: string,
  path: string,
  { token = ownToken, body, raw, headers = {} }: AskOptions,
): Promise<ApiReply<Body>> {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const parsed = (text === '' ? null : JSON.parse(text)) as Body;
  return { status: response.status, headers: response.headers, body: parsed, text };
}

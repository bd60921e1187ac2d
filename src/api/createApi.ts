import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { ApiToken } from '../domain/apiToken';
import { PermanentError, TransientError } from '../domain/errors';
import { answerBrokenRequest } from './answerBrokenRequest';
import type { ApiContext } from './apiContext';
import { authenticate, requireScope } from './authenticate';
import { asSettlementError, errorAnswer } from './errorAnswer';
import { parseJson } from './parseJson';
import type { Route } from './route';
import { routes } from './routes';
import { servePage } from './servePage';

/** Who has sent so many bytes so slowly, or keeps a connection with nothing to say, is let go. */
const headersWithinMs = 10_000;
const idleConnectionMs = 60_000;
/** What is left of a request's time to say that Temporal did not answer. */
const answerMs = 500;
/** Before this many connections, further ones wait in the kernel's queue. */
const mostConnections = 4_000;

/** Who asked, for the rate limit and the handler; nobody on routes that are open to all. */
const tokens = new WeakMap<FastifyRequest, ApiToken>();

/** The HTTP API over what it works with; it does not listen yet. */
export async function createApi(context: ApiContext): Promise<FastifyInstance> {
  const { api: options } = context.client.config;
  const app = fastify({
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: options.requestTimeoutMs,
    handlerTimeout: options.requestTimeoutMs,
    keepAliveTimeout: idleConnectionMs,
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    exposeHeadRoutes: false,
    return503OnClosing: false, // below, in the shape of every error
    genReqId: () => randomUUID(),
    // An id of 64 characters, and room for somebody's mistakes: those get an answer of their own.
    routerOptions: { maxParamLength: 2_048 },
    http: {
      headersTimeout: Math.min(headersWithinMs, options.requestTimeoutMs),
      connectionsCheckingInterval: 1_000,
    },
    clientErrorHandler: answerBrokenRequest,
    // Its types know nothing of a reply whose route was never found.
    frameworkErrors: (error, request, reply) => void sendError(context, request, reply as FastifyReply, error),
  });
  app.server.maxConnections = mostConnections;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) =>
    body.length === 0 ? undefined : parseJson(body),
  );
  app.setErrorHandler((error, request, reply) => sendError(context, request, reply, error));
  app.setNotFoundHandler(() => {
    throw new PermanentError('NOT_FOUND', 'there is nothing here; /v1/openapi.json lists what is');
  });
  const { limitAddress, limitToken } = await createLimits(app, context);
  let closing = false;
  app.addHook('preClose', async () => void (closing = true));
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    if (closing) throw new TransientError('API_BUSY', 'this server is stopping');
    await limitAddress(request);
  });
  // A connection that is kept for a next request would keep the server from ending.
  app.addHook('onSend', async (_request, reply) => {
    if (closing) void reply.header('connection', 'close');
  });
  for (const route of routes) addRoute(app, context, route, limitToken);
  servePage(app);
  return app;
}

function addRoute(
  app: FastifyInstance,
  context: ApiContext,
  route: Route,
  limitToken: (request: FastifyRequest) => Promise<void>,
): void {
  const { method, path, scope } = route;
  const { requestTimeoutMs, bodyLimitBytes } = context.client.config.api;
  app.route({
    method,
    url: path.replace(/\{(\w+)\}/g, ':$1'),
    bodyLimit: route.bodyLimitOf?.(context.client.config.api) ?? bodyLimitBytes,
    // Before the body is read: nobody's bytes are worth parsing.
    async onRequest(request) {
      if (scope === null) return;
      const token = await authenticate(context.ledger, request.headers.authorization);
      tokens.set(request, token);
      await limitToken(request);
      requireScope(token, scope);
    },
    async handler(request, reply) {
      const token = tokens.get(request) ?? nobody;
      const { query, body } = request;
      const params = request.params as Readonly<Record<string, string>>;
      // What Temporal has not answered by then is unknown, and the caller is told so.
      const answer = await context.underWay.track(
        context.client.client.withDeadline(Date.now() + requestTimeoutMs - answerMs, () =>
          route.handle(context, { token, params, query, body, request, reply }),
        ),
      );
      if (answer === null) return reply;
      return reply
        .code(answer.status)
        .headers(answer.headers ?? {})
        .send(answer.body);
    },
  });
}

const nobody: ApiToken = { id: '', name: '', idPrefix: '-', scopes: [], createdAt: '', revokedAt: null };

/** Two limits: of an address, before anything is looked up for it; of a token, wherever it is used from. */
async function createLimits(app: FastifyInstance, context: ApiContext) {
  const { requestsPerMinute } = context.client.config.api;
  await app.register(rateLimit, { global: false, cache: 20_000 });
  const limit = (max: number, keyOf: (request: FastifyRequest) => string) => {
    const check = app.createRateLimit({ max, timeWindow: 60_000, keyGenerator: keyOf });
    return async (request: FastifyRequest): Promise<void> => {
      const { isAllowed, ...state } = await check(request);
      if (isAllowed || !('ttl' in state) || !state.isExceeded) return;
      throw new TransientError('RATE_LIMITED', `more than ${max} requests in a minute`, { retryAfterMs: state.ttl });
    };
  };
  return {
    limitAddress: limit(requestsPerMinute.address, (request) => request.ip),
    limitToken: limit(requestsPerMinute.token, (request) => tokens.get(request)?.id ?? ''),
  };
}

function sendError({ log }: ApiContext, request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const known = asSettlementError(error);
  const { status, headers, body } = errorAnswer(known);
  if (status >= 500) {
    // The log has what the answer must not tell.
    const { code, message, cause } = known;
    const said = { requestId: request.id, method: request.method, code, error: message, cause };
    log[status === 503 ? 'warn' : 'error'](said, 'not served');
  }
  return reply
    .code(status)
    .headers(headers ?? {})
    .send(body);
}

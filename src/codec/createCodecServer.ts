import cors from '@fastify/cors';
import type { PayloadCodec } from '@temporalio/common';
import { JSONToPayload, payloadToJSON } from '@temporalio/common/lib/proto-utils';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import { z } from 'zod';
import { answerBrokenRequest } from '../api/answerBrokenRequest';
import { asSettlementError, errorAnswer } from '../api/errorAnswer';
import { parseWith } from '../api/parseWith';
import type { CodecConfig } from '../config';
import { PermanentError } from '../domain/errors';

export interface CodecServerParts {
  readonly codec: PayloadCodec;
  readonly options: CodecConfig['codec'];
  /** What callers must show; null: nothing. */
  readonly token: string | null;
  readonly log: Logger;
}

/** Far more than one page of a history. */
const mostPayloads = 10_000;
const requestTimeoutMs = 30_000;

/** The JSON form of `temporal.api.common.v1.Payloads`: bytes are base64. */
const bodySchema = z.object({
  payloads: z
    .array(z.object({ metadata: z.record(z.string(), z.string()).nullish(), data: z.string().nullish() }))
    .max(mostPayloads),
});

/** Temporal's codec server protocol over a codec; it does not listen yet. Its log holds no payload. */
export async function createCodecServer({ codec, options, token, log }: CodecServerParts): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    clientErrorHandler: answerBrokenRequest,
  });
  app.setErrorHandler((error, request, reply) => sendError(log, error, request.id, reply));
  app.setNotFoundHandler(() => {
    throw new PermanentError('NOT_FOUND', 'there are POST /decode, POST /encode and GET /health');
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    // CORS alone keeps a page from reading answers; a page whose name was bound to this address meanwhile is of one origin with us.
    const { origin } = request.headers;
    if (origin !== undefined && !options.origins.includes(origin)) {
      throw new PermanentError(
        'FORBIDDEN',
        'pages of this origin are not answered; codec.origins names those that are',
      );
    }
  });
  await app.register(cors, {
    origin: [...options.origins],
    methods: ['POST'],
    allowedHeaders: ['content-type', 'x-namespace', 'authorization', 'authorization-extras'],
    credentials: options.allowCredentials,
    maxAge: 600,
  });
  app.get('/health', () => ({ status: 'ok' }));
  for (const work of ['decode', 'encode'] as const) {
    app.post(`/${work}`, {
      // Before the body is read.
      onRequest: async (request) => requireToken(token, request.headers.authorization),
      handler: async (request) => {
        const { payloads } = parseWith(bodySchema, request.body, 'body');
        const converted = await codec[work](payloads.map(JSONToPayload));
        return { payloads: converted.map(payloadToJSON) };
      },
    });
  }
  return app;
}

/** @throws PermanentError UNAUTHENTICATED */
function requireToken(token: string | null, authorization: string | undefined): void {
  if (token === null) return;
  const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
  // In constant time: how much of it was right must not show.
  if (timingSafeEqual(hashOf(authorization ?? ''), hashOf(`Bearer ${token}`))) return;
  throw new PermanentError('UNAUTHENTICATED', 'the token of codec.tokenFile is needed');
}

/** What does not open is the caller's to see: the UI shows it beside the payload. */
const toldAsTheyAre = ['PAYLOAD_BROKEN', 'PAYLOAD_KEY_UNKNOWN'];

function sendError(log: Logger, error: unknown, requestId: string, reply: FastifyReply): FastifyReply {
  const known = asSettlementError(error);
  const { code, message, nextStep: hint, cause } = known;
  const { status, headers = {}, body } = errorAnswer(known);
  if (status >= 500) log.warn({ requestId, code, error: message, cause: String(cause) }, 'not converted');
  const isTold = toldAsTheyAre.includes(code);
  return reply
    .code(isTold ? 422 : status)
    .headers(headers)
    .send(isTold ? { error: { code, message, hint } } : body);
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ApiScope, ApiToken } from '../domain/apiToken';
import type { ApiConfig } from '../config';
import type { ErrorCode } from '../domain/errorCodes';
import type { ApiContext } from './apiContext';

/** What a route is asked. Nothing of it has been checked but the token and its scope. */
export interface ApiCall {
  /** Who asks; on a route that is open to all there is nobody. */
  readonly token: ApiToken;
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What a route answers; null where it has written to the reply itself. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One operation of the API: how it is served, and how the OpenAPI document tells of it. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** As OpenAPI writes it: `/v1/settlements/{id}`. */
  readonly path: string;
  readonly operationId: string;
  /** Any of them will do. Null: without a token. */
  readonly scope: ApiScope | readonly ApiScope[] | null;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: { readonly schema: z.ZodType; readonly required: boolean };
  /** The most bytes of a body; absent: as everywhere. */
  readonly bodyLimitOf?: (api: ApiConfig) => number;
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema: z.ZodType | null }>>;
  /** Of its own, besides those that every route has. */
  readonly errors: readonly ErrorCode[];
  handle(context: ApiContext, call: ApiCall): Promise<ApiAnswer | null>;
}

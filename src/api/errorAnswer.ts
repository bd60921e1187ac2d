import { errorCatalog, type ErrorCode } from '../domain/errorCodes';
import { PermanentError, SettlementError, TransientError } from '../domain/errors';
import type { ApiAnswer } from './route';

/** What fastify itself refuses, in the product's words. */
const ofFastify: Readonly<Record<string, { readonly code: ErrorCode; readonly message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'BODY_TOO_LARGE', message: 'the body is too large' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'MEDIA_TYPE_UNSUPPORTED', message: 'the body must be application/json' },
  FST_ERR_HANDLER_TIMEOUT: { code: 'API_BUSY', message: 'it took too long; whether it was done is not known' },
};

const retryAfterSeconds = 2;

/** The product's error for whatever was thrown. */
export function asSettlementError(error: unknown): SettlementError {
  if (error instanceof SettlementError) return error;
  const { code = '', statusCode = 500 } = (error ?? {}) as { code?: string; statusCode?: number };
  const known = ofFastify[code];
  if (known?.code === 'API_BUSY') return new TransientError(known.code, known.message, { cause: error });
  if (known) return new PermanentError(known.code, known.message, { cause: error });
  if (code.startsWith('FST_') && statusCode >= 400 && statusCode < 500) {
    return new PermanentError('BAD_REQUEST', 'the request is malformed', { cause: error });
  }
  return new PermanentError('INTERNAL', 'an error inside', { cause: error });
}

/** As every error is told: a stable code, what is wrong, what to do. What broke inside stays in the log. */
export function errorAnswer(error: SettlementError): ApiAnswer {
  const { httpStatus, retryable } = errorCatalog[error.code];
  const message = httpStatus < 500 ? error.message : messageOf(error.code, httpStatus);
  const retryAfterMs = error instanceof TransientError ? error.options.retryAfterMs : undefined;
  const seconds = Math.max(1, Math.ceil((retryAfterMs ?? retryAfterSeconds * 1_000) / 1_000));
  return {
    status: httpStatus,
    body: { error: { code: error.code, message, hint: error.nextStep } },
    headers: {
      ...(retryable ? { 'retry-after': String(seconds) } : {}),
      ...(httpStatus === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
  };
}

/** Messages of what is inside name hosts and paths. */
function messageOf(code: ErrorCode, httpStatus: number): string {
  if (httpStatus !== 503) return 'an error inside; it is in the log under this x-request-id';
  return `not now (${code}); whether it was done is not known, and it is safe to say it again`;
}

import { errorCatalog, type ErrorCode } from './errorCodes';

/** An error with a stable code. Its class says whether the same request can help later; `nextStep` says what to do. */
export abstract class SettlementError extends Error {
  abstract readonly retryable: boolean;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
  }

  get nextStep(): string {
    return errorCatalog[this.code].nextStep;
  }
}

/** Saying the same again gets the same answer: bad input, a conflict, a refusal that is final. */
export class PermanentError extends SettlementError {
  readonly retryable = false;
}

/** The outcome is unknown or not there yet; the same request is safe and may succeed. Never to be treated as a failure. */
export class TransientError extends SettlementError {
  readonly retryable = true;

  constructor(
    code: ErrorCode,
    message: string,
    readonly options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(code, message, options);
  }
}

/** The configuration cannot be worked with; a process that meets one at start refuses to start. */
export class ConfigError extends SettlementError {
  readonly retryable = false;
}

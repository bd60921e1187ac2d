import { types } from 'node:util';
import { DatabaseError } from 'pg';
import { ConfigError, PermanentError, SettlementError, TransientError } from '../domain/errors';

/** SQLSTATE classes that say "not now": connection, resources, transaction rolled back, operator intervention, I/O. */
const unavailableClasses = ['08', '40', '53', '57', '58'];
/** A lock or the whole transaction waited too long; a standby or read-only server. */
const unavailableCodes = ['55P03', '25P02', '25P03', '25006'];
/** Wrong password or user, no such database or role, no ledger in it, no right to it: somebody must correct something. */
const configClasses = ['28', '3D', '3F'];
const configCodes = ['22023', '42501', '42P01', '42883', 'LG005'];

/** What is thrown when the ledger cannot do what it was asked. Never shows the database's URL. */
export function asLedgerError(error: unknown, what: string): unknown {
  if (error instanceof SettlementError) return error;
  // Not instanceof: errors of Node's own may be of another realm (jest).
  if (!types.isNativeError(error)) return error;
  const code = error instanceof DatabaseError ? error.code : undefined;
  const message = `${what}: ${error.message}`;
  // Not of Postgres, so of the way to it: refused, reset, timed out, ended in the middle of an answer.
  if (code === undefined) {
    return isConnectionError(error) ? new TransientError('LEDGER_UNAVAILABLE', message, { cause: error }) : error;
  }
  if (code === 'LG001' || code === 'LG002' || code === 'LG004' || code === 'LG007') {
    return new PermanentError('ILLEGAL_STEP', message, { cause: error });
  }
  if (code === 'LG006') {
    return new TransientError('LEDGER_BEHIND', message, { cause: error, retryAfterMs: 10_000 });
  }
  if (code === 'LG003') return new TransientError('LEASE_LOST', message, { cause: error });
  if (unavailableClasses.includes(code.slice(0, 2)) || unavailableCodes.includes(code)) {
    return new TransientError('LEDGER_UNAVAILABLE', message, { cause: error });
  }
  if (configClasses.includes(code.slice(0, 2)) || configCodes.includes(code)) {
    return new ConfigError('CONFIG_INVALID', `ledger.databaseUrl: ${message}`, { cause: error });
  }
  return error;
}

function isConnectionError(error: Error): boolean {
  // Node's system errors have a code; pg's own say it in words.
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return true;
  return /connection|timeout|terminat|not queryable|pool/i.test(error.message);
}

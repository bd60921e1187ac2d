import { TransientError } from '../domain/errors';
import type { JournalRefusal } from '../ledger/ledger';

/** The ledger did not let an operation out, and nothing was signed: it is tried again, for what kept it may pass. */
export function withheldError(what: string, reason: JournalRefusal): TransientError {
  if (reason === 'routePaused') {
    return new TransientError('ROUTE_PAUSED', `the route is paused, the ${what} waits`, { retryAfterMs: 10_000 });
  }
  return new TransientError('OUTCOME_UNKNOWN', `the ledger withholds the ${what}: ${reason}`);
}

import { DatabaseError } from 'pg';
import { asLedgerError } from './asLedgerError';

const mostTries = 4;

/**
 * Asks the database and turns what it throws into the product's errors. What was rolled back because of other transactions
 * (serialization failure, deadlock) is asked again: nothing of it was done.
 */
export async function askLedger<T>(what: string, ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries < mostTries && wasRolledBack(error)) continue;
      throw asLedgerError(error, what);
    }
  }
}

function wasRolledBack(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01');
}

import pg from 'pg';

/**
 * Asks the stack's ledger over a connection of our own.
 * @param {(database: pg.Client) => Promise<T>} ask
 * @returns {Promise<T | null>} null for a stack without a ledger
 * @template T
 */
export async function askLedger({ stack }, ask) {
  const { databaseUrl } = stack.info;
  if (databaseUrl === null) return null;
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    return await ask(database);
  } finally {
    await database.end();
  }
}

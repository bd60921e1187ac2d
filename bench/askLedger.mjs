import pg from 'pg';

/**
 * Asks the stack's ledger over a connection of our own.
 * @param {(database: pg.Client) => Promise<T>} ask
 * @returns {Promise<T>}
 * @template T
 */
export async function askLedger({ stack }, ask) {
  const database = new pg.Client({ connectionString: stack.info.databaseUrl });
  await database.connect();
  try {
    return await ask(database);
  } finally {
    await database.end();
  }
}

import { Kysely, Migrator, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';
import { asLedgerError } from './asLedgerError';
import { ledgerMigration } from './migrations/0001-ledger';
import { rebuildMigration } from './migrations/0002-rebuild';
import { reopenMigration } from './migrations/0003-reopen';
import { reconciliationMigration } from './migrations/0004-reconciliation';
import { reversalMigration } from './migrations/0005-reversal';
import { restoreMigration } from './migrations/0006-restore';
import { resolutionsMigration } from './migrations/0007-resolutions';
import { apiMigration } from './migrations/0008-api';
import { batchesMigration } from './migrations/0009-batches';
import { bulkMigration } from './migrations/0010-bulk';
import { advanceMigration } from './migrations/0011-advance';

export const schemaName = 'ledger';

const migrations = {
  '0001-ledger': ledgerMigration,
  '0002-rebuild': rebuildMigration,
  '0003-reopen': reopenMigration,
  '0004-reconciliation': reconciliationMigration,
  '0005-reversal': reversalMigration,
  '0006-restore': restoreMigration,
  '0007-resolutions': resolutionsMigration,
  '0008-api': apiMigration,
  '0009-batches': batchesMigration,
  '0010-bulk': bulkMigration,
  '0011-advance': advanceMigration,
};

/** Any number that nothing else in the database locks. */
const migrationLock = 7_316_201;

/**
 * Brings the database to this version's schema. Workers that start together wait for the first; where everything is applied
 * already it only reads, so a login that may not migrate will do.
 * @throws ConfigError CONFIG_INVALID, TransientError LEDGER_UNAVAILABLE
 */
export async function migrateLedger(databaseUrl: string): Promise<void> {
  try {
    await withMigrator(databaseUrl, async (migrator, lock) => {
      if (await isUpToDate(migrator)) return;
      await lock();
      const { error } = await migrator.migrateToLatest();
      if (error !== undefined) throw error as Error;
    });
  } catch (error) {
    throw asLedgerError(error, 'the ledger cannot be migrated');
  }
}

async function withMigrator(
  connectionString: string,
  act: (migrator: Migrator, lock: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const locker = new Client({ connectionString });
  locker.on('error', () => undefined); // told by the query that fails
  const pool = new Pool({ connectionString, max: 1 });
  pool.on('error', () => undefined);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const provider = { getMigrations: () => Promise.resolve(migrations) };
  try {
    await locker.connect();
    // Held by this connection, it ends with it however this process ends.
    const lock = () => locker.query('select pg_advisory_lock($1)', [migrationLock]);
    await act(new Migrator({ db, provider, migrationTableSchema: schemaName }), lock);
  } finally {
    await db.destroy();
    await locker.end();
  }
}

async function isUpToDate(migrator: Migrator): Promise<boolean> {
  return (await migrator.getMigrations()).every(({ executedAt }) => executedAt !== undefined);
}

/**
 * Migrations of this version that the database does not have; it only reads.
 * @throws ConfigError CONFIG_INVALID, TransientError LEDGER_UNAVAILABLE
 */
export async function missingMigrations(databaseUrl: string): Promise<readonly string[]> {
  let missing: readonly string[] = [];
  try {
    await withMigrator(databaseUrl, async (migrator) => {
      const known = await migrator.getMigrations();
      missing = known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
    });
  } catch (error) {
    throw asLedgerError(error, 'the migrations of the ledger cannot be read');
  }
  return missing;
}

import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { SettlementRecord } from '../domain/record';
import { appRole } from './migrations/0001/roles';
import type { apiRole } from './migrations/0008/roles';
import type { Tables } from './tables';

export interface LedgerOptions {
  /** With a password in it: never shown. */
  readonly databaseUrl: string;
  /** How many connections at most. */
  readonly poolSize?: number;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** How long a transaction may wait for its own client, that is for a signature: its locks hold up others. */
  readonly idleInTransactionTimeoutMs?: number;
  /** Told of a connection that broke while nobody used it. */
  readonly onIdleError?: (error: Error) => void;
  /** Told of each step that this process wrote, once, after it was committed: the record as it stands then. */
  readonly onStep?: (record: SettlementRecord) => void;
  /** Who it acts as: the workers' role, unless the API's is asked for. */
  readonly role?: typeof appRole | typeof apiRole;
}

/** What every operation works with. */
export interface LedgerContext {
  readonly pool: Pool;
  readonly db: Kysely<Tables>;
  readonly onStep: (record: SettlementRecord) => void;
  readonly close: () => Promise<void>;
}

export function openLedger(options: LedgerOptions): LedgerContext {
  const pool = new Pool({
    connectionString: options.databaseUrl,
    max: options.poolSize ?? 10,
    statement_timeout: options.statementTimeoutMs ?? 15_000,
    lock_timeout: options.lockTimeoutMs ?? 5_000,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 15_000,
    application_name: 'settlement',
    // As the application, also when the login could do more: it cannot rewrite what has happened. READ COMMITTED is what the
    // functions are written for: every statement in them sees what was committed before it took its locks.
    options: `-c role=${options.role ?? appRole} -c default_transaction_isolation=read\\ committed -c synchronous_commit=on`,
    keepAlive: true,
  });
  // Without a listener a connection that breaks while idle ends the process.
  pool.on('error', options.onIdleError ?? (() => undefined));
  // Nor may one that breaks while somebody has it and asks nothing: his next query tells him.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { pool, db, onStep: options.onStep ?? (() => undefined), close: () => db.destroy() };
}

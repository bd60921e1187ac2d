import { sql, type Migration } from 'kysely';
import { events } from './0001/events';
import { journal } from './0001/journal';
import { leases } from './0001/leases';
import { legalTransition } from './0001/legalTransition';
import { roles } from './0001/roles';
import { settle } from './0001/settle';
import { tables } from './0001/tables';

/** The whole ledger. There is no way down: what happened to money is not undone by a deployment. */
export const ledgerMigration: Migration = {
  async up(db) {
    for (const part of [tables, legalTransition, events, settle, journal, leases, roles])
      await sql.raw(part).execute(db);
  },
};

import { sql, type Migration } from 'kysely';
import { enter } from './0002/enter';
import { rebuild } from './0002/rebuild';
import { tables } from './0002/tables';

/** What a rebuild from the chains needs, and what keeps everybody else out while one is under way. */
export const rebuildMigration: Migration = {
  async up(db) {
    for (const part of [tables, enter, rebuild]) await sql.raw(part).execute(db);
  },
};

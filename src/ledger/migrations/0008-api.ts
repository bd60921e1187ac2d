import { sql, type Migration } from 'kysely';
import { roles } from './0008/roles';
import { search } from './0008/search';
import { tables } from './0008/tables';

/** What the HTTP API keeps (schema `api`), the role it acts as, and the indexes that keep lists and searches fast. */
export const apiMigration: Migration = {
  async up(db) {
    for (const part of [tables, search, roles]) await sql.raw(part).execute(db);
  },
};

import { sql, type Migration } from 'kysely';
import { closed } from './0006/closed';
import { enter } from './0006/enter';

/** What a restore needs besides revoked keys: nothing happens before it ends, and nothing that was read before it counts after. */
export const restoreMigration: Migration = {
  async up(db) {
    for (const part of [closed, enter]) await sql.raw(part).execute(db);
  },
};

import { sql, type Migration } from 'kysely';
import { reopen } from './0003/reopen';

/** A new epoch begins closed: nothing is journaled before the keys of earlier ones are revoked. */
export const reopenMigration: Migration = {
  async up(db) {
    await sql.raw(reopen).execute(db);
  },
};

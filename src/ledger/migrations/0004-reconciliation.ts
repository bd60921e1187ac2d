import { sql, type Migration } from 'kysely';
import { pause } from './0004/pause';
import { progress } from './0004/progress';

/** Routes that are paused because something contradicts itself, and how far the reconciliation has looked. */
export const reconciliationMigration: Migration = {
  async up(db) {
    for (const part of [pause, progress]) await sql.raw(part).execute(db);
  },
};

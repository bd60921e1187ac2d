import { sql, type Migration } from 'kysely';
import { appRole } from './0001/roles';

/** What operators decided, who they were and on what grounds: for good, as the events are. */
const resolutions = `
create table ledger.resolutions (
  id bigint generated always as identity primary key,
  settlement_id text collate "C" not null,
  -- The activity that wrote it: tried again it is the same word.
  run_id text not null,
  activity_id text not null,
  attempt integer not null,
  status text not null,
  action text not null,
  said_by text not null,
  evidence text not null,
  at timestamptz not null default clock_timestamp(),
  unique (run_id, activity_id)
);
create index resolutions_of on ledger.resolutions (settlement_id, id);
create trigger kept before delete or truncate on ledger.resolutions for each statement execute function ledger.refuse_change();
create trigger append_only before update on ledger.resolutions for each statement execute function ledger.refuse_change();
grant select, insert on ledger.resolutions to ${appRole};
`;

export const resolutionsMigration: Migration = {
  async up(db) {
    await sql.raw(resolutions).execute(db);
  },
};

import { sql, type Migration } from 'kysely';
import { appRole } from './0001/roles';

/** The orders of batches, once and for all: a batch's workflow and its histories name them by their place. */
const batches = `
create table ledger.batches (
  batch_id text collate "C" primary key check (batch_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  -- Over the fingerprints in their order: the same id with other orders is another batch.
  digest text not null,
  size integer not null check (size > 0),
  created_at timestamptz not null default clock_timestamp()
);
create table ledger.batch_orders (
  batch_id text collate "C" not null references ledger.batches (batch_id),
  position integer not null check (position >= 0),
  settlement_id text collate "C" not null,
  fingerprint text not null,
  "order" jsonb not null,
  signature text not null,
  primary key (batch_id, position),
  unique (batch_id, settlement_id)
);
create trigger kept before delete or truncate on ledger.batches for each statement execute function ledger.refuse_change();
create trigger append_only before update on ledger.batches for each statement execute function ledger.refuse_change();
create trigger kept before delete or truncate on ledger.batch_orders for each statement execute function ledger.refuse_change();
create trigger append_only before update on ledger.batch_orders for each statement execute function ledger.refuse_change();
grant select, insert on ledger.batches, ledger.batch_orders to ${appRole};

-- Each enters on its own, in one database transaction; in the order of their ids, so that two calls cannot wait for each other.
create function ledger.enter_all(requests jsonb, run_id text, scheduled_at timestamptz, known_epoch integer)
returns table (index integer, outcome text, settlement ledger.settlements) language plpgsql as $$
declare
  one record;
  entered record;
begin
  for one in
    select n::integer - 1 as n, e from jsonb_array_elements(requests) with ordinality as given (e, n)
    order by (e->'row'->>'settlement_id') collate "C"
  loop
    select * into entered from ledger.enter(one.e->'row', run_id, scheduled_at, 'start', (one.e->>'attempt')::integer,
      (one.e->>'burnStands')::boolean, known_epoch);
    index := one.n;
    outcome := entered.outcome;
    settlement := entered.settlement;
    return next;
  end loop;
end $$;
`;

export const batchesMigration: Migration = {
  async up(db) {
    await sql.raw(batches).execute(db);
  },
};

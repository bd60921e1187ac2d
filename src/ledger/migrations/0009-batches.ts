import { sql, type Migration } from 'kysely';
import { appRole } from './0001/roles';
import { apiRole } from './0008/roles';

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
grant select, insert on ledger.batches, ledger.batch_orders to ${appRole}, ${apiRole};

-- api.reserve for many: a place for each of them, or for none. The holder who has not as many left, or null.
create function api.reserve_all(ids text[], holders text[], most_open integer) returns text language plpgsql as $$
declare
  of_holder text;
begin
  for of_holder in select distinct h collate "C" from unnest(holders) as h order by 1 loop
    perform pg_advisory_xact_lock(hashtextextended('open settlements of ' || of_holder, 0));
    update api.submissions s set entered = true where s.holder = of_holder and not s.entered
      and exists (select 1 from ledger.settlements l where l.settlement_id = s.settlement_id);
    if (select count(*) from (select 1 from ledger.settlements l
          where l.holder = of_holder and l.status not in ('COMPLETED', 'FAILED') limit most_open) open)
      + (select count(*) from api.submissions s where s.holder = of_holder and not s.entered
          and s.reserved_at > clock_timestamp() - interval '10 minutes')
      + (select count(*) from unnest(ids, holders) as wanted (id, holder) where wanted.holder = of_holder
          and not exists (select 1 from api.submissions s where s.settlement_id = wanted.id)) > most_open
    then
      return of_holder;
    end if;
  end loop;
  insert into api.submissions (settlement_id, holder) select id, holder from unnest(ids, holders) as wanted (id, holder)
    on conflict do nothing;
  return null;
end $$;

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

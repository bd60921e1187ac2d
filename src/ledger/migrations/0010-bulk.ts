import { sql, type Migration } from 'kysely';
import { appRole } from './0001/roles';
import { apiRole } from './0008/roles';

/**
 * Orders that come singly and go together. A batch without a size still takes orders, and there is at most one; who closes it writes
 * its size, and then a run of it must be started.
 */
const bulk = `
alter table ledger.batches alter column size drop not null;
create unique index one_open_batch on ledger.batches ((true)) where size is null;
create function ledger.only_close() returns trigger language plpgsql as $$
begin
  if old.size is null and new.size is not null and new.batch_id = old.batch_id and new.digest = old.digest
    and new.created_at = old.created_at
  then
    return new;
  end if;
  raise exception '% of ledger.% is forbidden: it is append only', tg_op, tg_table_name using errcode = 'LG002';
end $$;
drop trigger append_only on ledger.batches;
create trigger append_only before update on ledger.batches for each row execute function ledger.only_close();
grant update (size) on ledger.batches to ${appRole}, ${apiRole};

-- When a bulk order was accepted; null for those of other batches. An id is accepted once.
alter table ledger.batch_orders add column claimed_at timestamptz;
create unique index claimed_once on ledger.batch_orders (settlement_id) where claimed_at is not null;

create table ledger.bulk_batches (
  batch_id text collate "C" primary key references ledger.batches (batch_id),
  started_at timestamptz
);
create index not_started on ledger.bulk_batches (batch_id) where started_at is null;
grant select, insert on ledger.bulk_batches to ${appRole}, ${apiRole};
grant update (started_at) on ledger.bulk_batches to ${appRole};

-- Each is accepted on its own: 'claimed'; 'standing' where it was before; 'conflict' with another order under its id; 'entered'
-- where a settlement has the id that did not come this way.
create function ledger.claim_bulk(claims jsonb, most_orders integer)
returns table (index integer, outcome text, batch_id text, claimed_at timestamptz) language plpgsql as $$
#variable_conflict use_column
declare
  open_batch text;
  free integer := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('bulk intake', 0));
  select b.batch_id into open_batch from ledger.batches b where b.size is null;
  if found then
    select coalesce(max(o.position) + 1, 0) into free from ledger.batch_orders o where o.batch_id = open_batch;
    if free >= most_orders then
      update ledger.batches b set size = free where b.batch_id = open_batch;
      open_batch := null;
      free := 0;
    end if;
  end if;
  if open_batch is null then
    open_batch := 'bulk-' || replace(gen_random_uuid()::text, '-', '');
    insert into ledger.batches (batch_id, digest, size) values (open_batch, 'bulk', null);
    insert into ledger.bulk_batches (batch_id) values (open_batch);
  end if;
  return query
  with given as (
    select (n - 1)::integer as n, e->'order'->>'settlementId' as id, e->>'fingerprint' as fingerprint, e
    from jsonb_array_elements(claims) with ordinality as g (e, n)
  ), seen as (
    -- Asked one by one: a plan that was made for few rows must not read all of a table that has grown.
    select g.*, s.settlement_id is not null as is_entered, o.batch_id as batch_id, o.fingerprint as claimed, o.claimed_at as claimed_at
    from given g
    left join lateral (
      select b.batch_id, b.fingerprint, b.claimed_at from ledger.batch_orders b
      where b.settlement_id = g.id and b.claimed_at is not null limit 1
    ) o on true
    left join lateral (select l.settlement_id from ledger.settlements l where l.settlement_id = g.id limit 1) s on true
  ), fresh as (
    select distinct on (id) * from seen where claimed_at is null and not is_entered order by id, n
  ), taken as (
    insert into ledger.batch_orders (batch_id, position, settlement_id, fingerprint, "order", signature, claimed_at)
    select open_batch, free + (row_number() over (order by f.n))::integer - 1, f.id, f.fingerprint, f.e->'order',
      f.e->>'signature', date_trunc('milliseconds', clock_timestamp())
    from fresh f returning batch_id, settlement_id, fingerprint, claimed_at
  )
  select s.n, case
      when s.claimed is not null then case when s.claimed = s.fingerprint then 'standing' else 'conflict' end
      when t.settlement_id is null then 'entered'
      when t.fingerprint <> s.fingerprint then 'conflict'
      when f.n is not null then 'claimed'
      else 'standing'
    end, coalesce(s.batch_id, t.batch_id), coalesce(s.claimed_at, t.claimed_at)
  from seen s left join taken t on t.settlement_id = s.id left join fresh f on f.n = s.n
  order by s.n;
end $$;

-- Closes the open batch once it is so old, and names every closed one whose run is not known to have been started.
create function ledger.close_bulk(window_ms integer) returns table (batch_id text, size integer) language plpgsql as $$
#variable_conflict use_column
declare
  ripe timestamptz := clock_timestamp() - window_ms * interval '1 millisecond';
begin
  if exists (select 1 from ledger.batches b where b.size is null and b.created_at <= ripe) then
    perform pg_advisory_xact_lock(hashtextextended('bulk intake', 0));
    update ledger.batches b
      set size = (select max(o.position) + 1 from ledger.batch_orders o where o.batch_id = b.batch_id)
      where b.size is null and b.created_at <= ripe
        and exists (select 1 from ledger.batch_orders o where o.batch_id = b.batch_id);
  end if;
  return query select b.batch_id, b.size from ledger.bulk_batches q join ledger.batches b on b.batch_id = q.batch_id
    where q.started_at is null and b.size is not null order by b.created_at;
end $$;
`;

export const bulkMigration: Migration = {
  async up(db) {
    await sql.raw(bulk).execute(db);
  },
};

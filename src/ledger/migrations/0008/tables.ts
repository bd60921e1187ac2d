/** Nothing here is needed to settle: it may be lost, and tokens made anew. */
export const tables = `
create schema api;

-- A plain hash is enough: the secrets are 256 random bits, which no dictionary holds.
create table api.tokens (
  id text primary key check (id ~ '^[0-9a-z]{12}$'),
  secret_hash bytea not null unique check (length(secret_hash) = 32),
  name text not null check (length(name) between 1 and 64),
  -- Ends at its only hyphen, so none is the beginning of another. Null: sees every settlement, and submits none.
  id_prefix text collate "C" check (id_prefix ~ '^[A-Za-z0-9_]{1,31}-$'),
  scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['submit', 'read', 'operate']),
  created_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz,
  check (id_prefix is not null or not 'submit' = any (scopes))
);
create unique index tokens_name on api.tokens (name) where revoked_at is null;
create unique index tokens_prefix on api.tokens (id_prefix) where revoked_at is null;

-- In a table of its own: the role that serves HTTP cannot read the secret, which has to be kept as it is to sign with.
create table api.webhooks (
  token_id text primary key references api.tokens (id),
  url text not null,
  secret text not null,
  -- What ended before is not told.
  created_at timestamptz not null default clock_timestamp()
);

-- Up to which event webhooks have been started.
create table api.webhook_cursor (
  one boolean primary key default true check (one),
  event bigint not null
);
insert into api.webhook_cursor (event) select coalesce(max(id), 0) from ledger.settlement_events;

-- The answers that submits got, so that a repeat gets the same one.
create table api.submissions (
  settlement_id text collate "C" primary key,
  holder text not null,
  reserved_at timestamptz not null default clock_timestamp(),
  -- In the ledger by now, which counts it from then on.
  entered boolean not null default false,
  -- Null: whether it was accepted is not known yet.
  answer jsonb
);
create index submissions_under_way on api.submissions (holder) where not entered;

-- Takes a place among the holder's open settlements: 'reserved', 'known' (it has one), or 'full'.
create function api.reserve(id text, of_holder text, most_open integer) returns text language plpgsql as $$
begin
  if exists (select 1 from api.submissions s where s.settlement_id = id) then return 'known'; end if;
  -- One at a time, or all that come at once would find the last place free.
  perform pg_advisory_xact_lock(hashtextextended('open settlements of ' || of_holder, 0));
  update api.submissions s set entered = true where s.holder = of_holder and not s.entered
    and exists (select 1 from ledger.settlements l where l.settlement_id = s.settlement_id);
  -- What has not entered for long was never started: it must not hold a place for ever.
  if (select count(*) from (select 1 from ledger.settlements l
        where l.holder = of_holder and l.status not in ('COMPLETED', 'FAILED') limit most_open) open)
    + (select count(*) from api.submissions s where s.holder = of_holder and not s.entered
        and s.reserved_at > clock_timestamp() - interval '10 minutes') >= most_open
  then
    return 'full';
  end if;
  insert into api.submissions (settlement_id, holder) values (id, of_holder) on conflict do nothing;
  return 'reserved';
end $$;
`;

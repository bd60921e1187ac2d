/** Leases by the database's clock. clock_timestamp(), never now(): a transaction may have waited for a lock since it began. */
export const leases = `
create function ledger.acquire_lease(lease_key text, wanted_holder text, ttl_ms integer)
returns setof ledger.leases language sql volatile as $$
  insert into ledger.leases as l (key, holder, fence, expires_at)
  select lease_key, wanted_holder, ledger.next_fence(0), clock_timestamp() + make_interval(secs => ttl_ms / 1000.0)
  -- Only a look: who waits for a lease shall not lock its row, and so write, each time it asks. What decides is below.
  where not exists (select 1 from ledger.leases held
    where held.key = lease_key and held.holder <> wanted_holder and held.expires_at > clock_timestamp())
  on conflict (key) do update set
    holder = wanted_holder,
    -- The same holder again keeps its fence while it holds; whoever comes after an end gets a new one.
    fence = case when l.holder = wanted_holder and l.expires_at > clock_timestamp()
      then l.fence else ledger.next_fence(l.fence) end,
    expires_at = clock_timestamp() + make_interval(secs => ttl_ms / 1000.0)
  where l.holder is null or l.holder = wanted_holder or l.expires_at <= clock_timestamp()
  returning *
$$;

create function ledger.extend_lease(lease_key text, its_holder text, its_fence bigint, ttl_ms integer)
returns setof ledger.leases language sql volatile as $$
  update ledger.leases set expires_at = clock_timestamp() + make_interval(secs => ttl_ms / 1000.0)
  where key = lease_key and holder = its_holder and fence = its_fence and expires_at > clock_timestamp()
  returning *
$$;

create function ledger.release_lease(lease_key text, its_holder text, its_fence bigint)
returns setof ledger.leases language sql volatile as $$
  update ledger.leases set holder = null, expires_at = clock_timestamp()
  where key = lease_key and holder = its_holder and fence = its_fence
  returning *
$$;

-- Every lease ends with the epoch: a flush that is under way holds its lease's row, so it is waited for, and none comes after.
create function ledger.bump_epoch(why text) returns integer language plpgsql as $$
declare
  bumped integer;
begin
  update ledger.ledger set epoch = epoch + 1, reason = why, changed_at = clock_timestamp() returning epoch into strict bumped;
  perform 1 from ledger.leases order by key for update;
  update ledger.leases set holder = null, expires_at = clock_timestamp();
  return bumped;
end $$;
`;

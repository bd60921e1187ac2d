/** The journal of signed transactions. SQLSTATE LG003: the lane's lease is lost; LG004: there is no such open nonce. */
export const journal = `
-- The row stays locked until the transaction ends: nobody can take the lane over in between.
create function ledger.require_lease(lane_key text, lane_holder text, lane_fence bigint) returns void
language plpgsql as $$
begin
  perform 1 from ledger.leases
    where key = lane_key and holder = lane_holder and fence = lane_fence and expires_at > clock_timestamp() for update;
  if not found then
    raise exception 'the lease % of % (fence %) is lost', lane_key, lane_holder, lane_fence using errcode = 'LG003';
  end if;
end $$;

-- Locks, judges and marks what may be journaled; answers one refusal (or null) for each operation, in their order.
create function ledger.judge_operations(operations jsonb) returns text[] language plpgsql as $$
declare
  refusals text[];
  burns text[];
  mints text[];
begin
  if jsonb_array_length(operations) = 0 then return '{}'; end if;
  -- In one order, so that two flushes cannot wait for each other.
  perform 1 from ledger.settlements s
    where s.settlement_id = any (array(select e->>'settlementId' from jsonb_array_elements(operations) e))
    order by s.settlement_id for update;
  perform 1 from ledger.attempts a
    where (a.settlement_id, a.attempt) in (
      select e->>'settlementId', (e->>'attempt')::integer from jsonb_array_elements(operations) e where e->>'kind' = 'Mint')
    order by a.settlement_id, a.attempt for update;
  with judged as (
    select n, o.kind, s.settlement_id, s.status, case
      when s.settlement_id is null or s.fingerprint <> o.fingerprint then 'notInLedger'
      when s.owner_run_id <> o."runId" or s.owner_fence <> o.fence then 'owner'
      when s.attempt <> o.attempt then 'otherAttempt'
      when not s.status = any (case o.kind
        when 'Burn' then array['PROCESSING', 'BURNING']
        when 'Mint' then array['BURNED', 'MINTING']
        when 'Refund' then array['COMPENSATING']
        when 'CancelMint' then array['COMPENSATING']
        when 'ReverseMint' then array['MINTED', 'COMPLETED', 'COMPENSATING'] end) then 'status'
      when o.kind in ('Burn', 'Mint') and s.epoch <> l.epoch then 'epoch'
      when o.kind = 'Mint' and coalesce(a.no_mint_mark, false) then 'noMintMark' end as refusal
    from jsonb_array_elements(operations) with ordinality as given (e, n)
    cross join lateral jsonb_to_record(e)
      as o ("settlementId" text, fingerprint text, kind text, attempt integer, "runId" text, fence bigint)
    cross join ledger.ledger l
    left join ledger.settlements s on s.settlement_id = o."settlementId"
    left join ledger.attempts a on a.settlement_id = s.settlement_id and a.attempt = s.attempt
  )
  select array_agg(refusal order by n),
    array_agg(settlement_id) filter (where refusal is null and kind = 'Burn' and status = 'PROCESSING'),
    array_agg(settlement_id) filter (where refusal is null and kind = 'Mint')
  into refusals, burns, mints from judged;
  if burns is not null then
    update ledger.settlements set status = 'BURNING', updated_at = clock_timestamp() where settlement_id = any (burns);
  end if;
  if mints is not null then
    insert into ledger.attempts as a (settlement_id, attempt, mint_journaled)
    select s.settlement_id, s.attempt, true from ledger.settlements s where s.settlement_id = any (mints)
    on conflict (settlement_id, attempt) do update set mint_journaled = true where not a.mint_journaled;
    update ledger.settlements set status = 'MINTING', updated_at = clock_timestamp()
      where settlement_id = any (mints) and status = 'BURNED';
  end if;
  return refusals;
end $$;

create function ledger.begin_flush(
  lane_key text, lane_holder text, lane_fence bigint, chain bigint, lane_signer text, least_nonce bigint, operations jsonb,
  out nonce bigint, out refusals text[]
) language plpgsql as $$
begin
  perform ledger.require_lease(lane_key, lane_holder, lane_fence);
  refusals := ledger.judge_operations(operations);
  nonce := greatest(least_nonce, 1 + coalesce((
    select t.nonce from ledger.transactions t where t.chain_id = chain and t.signer = lane_signer
    order by t.nonce desc, t.replacement desc limit 1), -1));
end $$;

create function ledger.begin_replacement(
  lane_key text, lane_holder text, lane_fence bigint, chain bigint, lane_signer text, replaced_nonce bigint, operations jsonb,
  out replacement integer, out refusals text[]
) language plpgsql as $$
declare
  last record;
begin
  perform ledger.require_lease(lane_key, lane_holder, lane_fence);
  select t.replacement, t.final_at into last from ledger.transactions t
    where t.chain_id = chain and t.signer = lane_signer and t.nonce = replaced_nonce
    order by t.replacement desc limit 1;
  if last.replacement is null or last.final_at is not null then
    raise exception 'nonce % of % on chain % is not open', replaced_nonce, lane_signer, chain using errcode = 'LG004';
  end if;
  refusals := ledger.judge_operations(operations);
  replacement := last.replacement + 1;
end $$;

create function ledger.record_transaction(tx jsonb, operations jsonb) returns void language plpgsql as $$
begin
  insert into ledger.transactions
    (chain_id, signer, nonce, replacement, hash, raw, max_fee_per_gas, max_priority_fee_per_gas, lane_fence)
  select chain_id, signer, nonce, replacement, hash, raw, max_fee_per_gas, max_priority_fee_per_gas, lane_fence
  from jsonb_populate_record(null::ledger.transactions, tx);
  insert into ledger.transaction_operations
    (hash, position, chain_id, settlement_id, settlement_key, fingerprint, kind, attempt)
  select tx->>'hash', n - 1, (tx->>'chain_id')::bigint, e->>'settlementId', e->>'settlementKey', e->>'fingerprint', e->>'kind',
    (e->>'attempt')::integer
  from jsonb_array_elements(operations) with ordinality as given (e, n);
end $$;

create function ledger.finalize_nonces(
  lane_key text, lane_holder text, lane_fence bigint, chain bigint, lane_signer text, below bigint
) returns integer language plpgsql as $$
declare
  count integer;
begin
  perform ledger.require_lease(lane_key, lane_holder, lane_fence);
  update ledger.transactions set final_at = clock_timestamp()
    where chain_id = chain and signer = lane_signer and nonce < below and final_at is null;
  get diagnostics count = row_count;
  return count;
end $$;
`;

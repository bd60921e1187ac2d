/** What drives a settlement: each function is one round trip, and every write in it is conditional on the owner. */
export const settle = `
create function ledger.next_fence(last bigint) returns bigint language sql stable as $$
  select greatest(last, (select epoch::bigint << 32 from ledger.ledger)) + 1
$$;

-- outcome: 'entered', 'conflict' (another order stands there) or 'owner' (a later run drives it).
create function ledger.enter(
  request jsonb, run_id text, scheduled_at timestamptz, mode text, wanted_attempt integer,
  burn_stands boolean, out outcome text, out settlement ledger.settlements
) language plpgsql as $$
declare
  r ledger.settlements;
  takes_over boolean;
begin
  r := jsonb_populate_record(null::ledger.settlements, request);
  insert into ledger.settlements (settlement_id, settlement_key, fingerprint, "order", signature, status, source_chain, destination_chain,
    token, amount, holder, recipient, attempt, epoch, owner_run_id, owner_fence, owner_scheduled_at)
  select r.settlement_id, r.settlement_key, r.fingerprint, r."order", r.signature, 'PROCESSING', r.source_chain, r.destination_chain,
    r.token, r.amount, r.holder, r.recipient, wanted_attempt, case when burn_stands then -1 else l.epoch end, run_id, ledger.next_fence(0), scheduled_at
  from ledger.ledger l
  -- Whichever of its unique keys a concurrent insert meets first.
  on conflict do nothing
  returning * into settlement;
  outcome := 'entered';
  if found then
    insert into ledger.attempts (settlement_id, attempt) values (r.settlement_id, wanted_attempt);
    return;
  end if;

  select * into strict settlement from ledger.settlements s where s.settlement_id = r.settlement_id for update;
  if settlement.fingerprint <> r.fingerprint then
    outcome := 'conflict';
    return;
  end if;
  if settlement.owner_run_id = run_id or (settlement.status = 'FAILED' and mode <> 'retry') then
    return;
  end if;
  if scheduled_at <= settlement.owner_scheduled_at then
    outcome := 'owner';
    return;
  end if;
  -- FAILED is the no-burn mark, and only a retry lifts it: the attempt begins under the ledger's epoch, unless its burn stands
  -- already, which this ledger then never knew of: what else it does not know cannot be told, and its silence proves nothing.
  if settlement.status = 'FAILED' then
    update ledger.settlements s set status = 'PROCESSING', attempt = wanted_attempt,
      epoch = case when burn_stands then -1 else l.epoch end, signature = r.signature,
      burn_tx_hash = null, mint_tx_hash = null, refund_tx_hash = null, compensated = false, needs_operator = false,
      error_code = null, error_message = null, owner_run_id = run_id, owner_fence = ledger.next_fence(s.owner_fence),
      owner_scheduled_at = scheduled_at, updated_at = clock_timestamp()
    from ledger.ledger l where s.settlement_id = r.settlement_id returning s.* into strict settlement;
  else
    update ledger.settlements s set attempt = case s.status when 'PROCESSING' then wanted_attempt else s.attempt end,
      owner_run_id = run_id, owner_fence = ledger.next_fence(s.owner_fence), owner_scheduled_at = scheduled_at,
      updated_at = clock_timestamp()
    where s.settlement_id = r.settlement_id returning s.* into strict settlement;
  end if;
  insert into ledger.attempts (settlement_id, attempt) values (r.settlement_id, settlement.attempt) on conflict do nothing;
end $$;

-- Steps in their order; of one settlement several may follow each other. outcome: 'advanced', 'repeated' (it stands there
-- already), or why not: 'notInLedger', 'owner', 'otherAttempt', 'status'.
create function ledger.advance(steps jsonb)
returns table (index integer, outcome text, settlement ledger.settlements) language plpgsql as $$
declare
  step record;
  r ledger.settlements;
  stands boolean;
begin
  -- In one order, so that two calls cannot wait for each other.
  perform 1 from ledger.settlements s
    where s.settlement_id in (select e->>'settlementId' from jsonb_array_elements(steps) e)
    order by s.settlement_id for update;
  for step in
    with given as (
      select n::integer - 1 as n, e->>'settlementId' as id, e->>'runId' as run_id, (e->>'fence')::bigint as fence,
        (e->>'attempt')::integer as attempt, e->>'to' as target, coalesce(e->'facts', '{}') as facts
      from jsonb_array_elements(steps) with ordinality as given (e, n)
    )
    -- An answer that was lost: the steps up to the one where it stands were taken then.
    select g.*, exists (select 1 from given later join ledger.settlements s on s.settlement_id = later.id
      where later.id = g.id and later.n > g.n and later.target = s.status) as was_taken
    from given g order by g.n
  loop
    select * into r from ledger.settlements s where s.settlement_id = step.id;
    index := step.n;
    stands := r.status = step.target;
    outcome := case
      when r.settlement_id is null then 'notInLedger'
      when r.owner_run_id <> step.run_id or r.owner_fence <> step.fence then 'owner'
      when r.attempt <> step.attempt then 'otherAttempt'
      when step.was_taken then 'repeated'
      when stands or (step.target <> 'PROCESSING' and ledger.is_legal_transition(r.status, step.target)) then 'advanced'
      else 'status' end;
    if outcome = 'advanced' then
      update ledger.settlements s set status = step.target,
        burn_tx_hash = case when step.facts ? 'burnTxHash' then step.facts->>'burnTxHash' else s.burn_tx_hash end,
        mint_tx_hash = case when step.facts ? 'mintTxHash' then step.facts->>'mintTxHash' else s.mint_tx_hash end,
        refund_tx_hash = case when step.facts ? 'refundTxHash' then step.facts->>'refundTxHash' else s.refund_tx_hash end,
        compensated = coalesce((step.facts->>'compensated')::boolean, s.compensated),
        needs_operator = coalesce((step.facts->>'needsOperator')::boolean, s.needs_operator),
        error_code = case when step.facts ? 'errorCode' then step.facts->>'errorCode' else s.error_code end,
        error_message = case when step.facts ? 'errorMessage' then step.facts->>'errorMessage' else s.error_message end,
        updated_at = clock_timestamp()
      where s.settlement_id = step.id and s.status = r.status and s.attempt = step.attempt
        and s.owner_run_id = step.run_id and s.owner_fence = step.fence
      returning * into strict settlement;
      if stands and ledger.facts_of(settlement) = ledger.facts_of(r) then
        outcome := 'repeated';
      end if;
    else
      settlement := r;
    end if;
    return next;
  end loop;
end $$;

-- The no-burn mark. outcome: 'failed', 'notInLedger', 'owner', 'otherAttempt', 'status', 'epoch' or 'journaled' (other burns than were seen).
create function ledger.fail_unburned(
  id text, run_id text, fence bigint, wanted_attempt integer, seen text[], code text, message text, require_epoch boolean,
  out outcome text, out settlement ledger.settlements, out journaled text[]
) language plpgsql as $$
begin
  select * into settlement from ledger.settlements s where s.settlement_id = id for update;
  select coalesce(array_agg(distinct o.hash order by o.hash), '{}') into journaled
    from ledger.transaction_operations o
    where o.fingerprint = settlement.fingerprint and o.kind = 'Burn' and o.attempt = wanted_attempt;
  outcome := case
    when settlement.settlement_id is null then 'notInLedger'
    when settlement.owner_run_id <> run_id or settlement.owner_fence <> fence then 'owner'
    when settlement.attempt <> wanted_attempt then 'otherAttempt'
    when settlement.status = 'FAILED' and not settlement.compensated then 'failed'
    when settlement.status not in ('PROCESSING', 'BURNING') then 'status'
    when require_epoch and settlement.epoch <> (select epoch from ledger.ledger) then 'epoch'
    when journaled <> array(select distinct h from unnest(seen) h order by h) then 'journaled'
    else 'failed' end;
  if outcome = 'failed' and settlement.status <> 'FAILED' then
    update ledger.settlements s set status = 'FAILED', error_code = code, error_message = message, updated_at = clock_timestamp()
    where s.settlement_id = id returning * into strict settlement;
  end if;
end $$;

-- Proof 2 of a refund. outcome: 'marked', 'notInLedger', 'owner', 'otherAttempt', 'epoch' or 'journaled'.
create function ledger.mark_no_mint(id text, run_id text, fence bigint, wanted_attempt integer) returns text
language plpgsql as $$
declare
  s ledger.settlements;
  a ledger.attempts;
begin
  select * into s from ledger.settlements where settlement_id = id for update;
  if s.settlement_id is null then return 'notInLedger'; end if;
  if s.owner_run_id <> run_id or s.owner_fence <> fence then return 'owner'; end if;
  if s.attempt <> wanted_attempt then return 'otherAttempt'; end if;
  if s.epoch <> (select epoch from ledger.ledger) then return 'epoch'; end if;
  insert into ledger.attempts (settlement_id, attempt) values (id, wanted_attempt) on conflict do nothing;
  select * into strict a from ledger.attempts where settlement_id = id and attempt = wanted_attempt for update;
  if a.mint_journaled or exists (
    select 1 from ledger.transaction_operations o
    where o.fingerprint = s.fingerprint and o.kind = 'Mint' and o.attempt = wanted_attempt)
  then
    return 'journaled';
  end if;
  update ledger.attempts set no_mint_mark = true
    where settlement_id = id and attempt = wanted_attempt and not no_mint_mark;
  return 'marked';
end $$;
`;

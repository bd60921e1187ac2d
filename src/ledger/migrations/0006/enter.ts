/**
 * `ledger.enter` of 0002, and two things more, both of restores (found by the model, docs/model.md). Who read slots under an earlier
 * epoch enters nothing: its worker has to be started again. And a row of an attempt before the one that the final slot shows is
 * brought up to it: that attempt was refunded, or there would be no later one, and a backup forgot it.
 */
export const enter = `
drop function ledger.enter(jsonb, text, timestamptz, text, integer, boolean);

-- By legal steps, so that the events tell it.
create function ledger.catch_up(
  behind ledger.settlements, wanted_attempt integer, burn_stands boolean, run_id text, scheduled_at timestamptz
) returns ledger.settlements language plpgsql as $$
declare
  step text;
  caught ledger.settlements;
begin
  foreach step in array case behind.status
    when 'BURNING' then array['BURNED', 'COMPENSATING', 'FAILED']
    when 'COMPENSATING' then array['FAILED']
    else array['COMPENSATING', 'FAILED'] end
  loop
    update ledger.settlements s set status = step, compensated = step = 'FAILED', needs_operator = false,
      error_code = case step when 'FAILED' then 'ALREADY_REFUNDED' end,
      error_message = case step when 'FAILED' then 'the attempt was refunded, and this ledger was restored to before that' end,
      updated_at = clock_timestamp()
    where s.settlement_id = behind.settlement_id;
  end loop;
  update ledger.settlements s set status = 'PROCESSING', attempt = wanted_attempt,
    epoch = case when burn_stands then -1 else l.epoch end, burn_tx_hash = null, mint_tx_hash = null, refund_tx_hash = null,
    compensated = false, error_code = null, error_message = null, owner_run_id = run_id,
    owner_fence = ledger.next_fence(s.owner_fence), owner_scheduled_at = scheduled_at, updated_at = clock_timestamp()
  from ledger.ledger l where s.settlement_id = behind.settlement_id returning s.* into strict caught;
  insert into ledger.attempts (settlement_id, attempt) values (behind.settlement_id, wanted_attempt) on conflict do nothing;
  return caught;
end $$;

create function ledger.enter(
  request jsonb, run_id text, scheduled_at timestamptz, mode text, wanted_attempt integer,
  burn_stands boolean, known_epoch integer, out outcome text, out settlement ledger.settlements
) language plpgsql as $$
declare
  r ledger.settlements;
begin
  if exists (select 1 from ledger.ledger l where l.epoch <> known_epoch) then
    raise exception 'this worker is of epoch %, and what it read may be older than the ledger: start it again', known_epoch
      using errcode = 'LG006';
  end if;
  r := jsonb_populate_record(null::ledger.settlements, request);
  insert into ledger.settlements (settlement_id, settlement_key, fingerprint, "order", signature, status, source_chain, destination_chain,
    token, amount, holder, recipient, attempt, epoch, owner_run_id, owner_fence, owner_scheduled_at)
  select r.settlement_id, r.settlement_key, r.fingerprint, r."order", r.signature, 'PROCESSING', r.source_chain, r.destination_chain,
    r.token, r.amount, r.holder, r.recipient, wanted_attempt, case when burn_stands then -1 else l.epoch end, run_id, ledger.next_fence(0), scheduled_at
  from ledger.ledger l where l.rebuild_epoch is null
  -- Whichever of its unique keys a concurrent insert meets first.
  on conflict do nothing
  returning * into settlement;
  outcome := 'entered';
  if found then
    insert into ledger.attempts (settlement_id, attempt) values (r.settlement_id, wanted_attempt);
    return;
  end if;

  if exists (select 1 from ledger.ledger l where l.rebuild_epoch is not null) then
    raise exception 'the ledger is being rebuilt from the chains' using errcode = 'LG006';
  end if;
  select * into strict settlement from ledger.settlements s where s.settlement_id = r.settlement_id for update;
  if settlement.fingerprint <> r.fingerprint then
    outcome := 'conflict';
    return;
  end if;
  if wanted_attempt > settlement.attempt and (burn_stands or wanted_attempt > settlement.attempt + 1)
    and settlement.status in ('BURNING', 'BURNED', 'MINTING', 'COMPENSATING')
    and (settlement.owner_run_id = run_id or scheduled_at > settlement.owner_scheduled_at) then
    settlement := ledger.catch_up(settlement, wanted_attempt, burn_stands, run_id, scheduled_at);
    return;
  end if;
  if settlement.owner_run_id = run_id and settlement.status = 'PROCESSING' and settlement.attempt = wanted_attempt and burn_stands then
    update ledger.settlements s set epoch = -1, updated_at = clock_timestamp()
    where s.settlement_id = r.settlement_id and s.epoch <> -1;
    select * into strict settlement from ledger.settlements s where s.settlement_id = r.settlement_id;
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
      epoch = case when s.status = 'PROCESSING' and burn_stands then -1 else s.epoch end,
      owner_run_id = run_id, owner_fence = ledger.next_fence(s.owner_fence), owner_scheduled_at = scheduled_at,
      updated_at = clock_timestamp()
    where s.settlement_id = r.settlement_id returning s.* into strict settlement;
  end if;
  insert into ledger.attempts (settlement_id, attempt) values (r.settlement_id, settlement.attempt) on conflict do nothing;
end $$;
`;

/**
 * `ledger.enter` of 0001, and two things more. Nobody enters while a rebuild is under way (SQLSTATE LG006): what it has not
 * written yet would look new. And a burn that stands while the row is PROCESSING was journaled by a ledger that was lost, for
 * journaling moves a row to BURNING: its attempt gets no epoch, so no mint of it is sent and silence about one proves nothing.
 */
export const enter = `
create or replace function ledger.enter(
  request jsonb, run_id text, scheduled_at timestamptz, mode text, wanted_attempt integer,
  burn_stands boolean, out outcome text, out settlement ledger.settlements
) language plpgsql as $$
declare
  r ledger.settlements;
begin
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

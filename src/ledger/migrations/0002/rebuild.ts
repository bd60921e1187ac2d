/** The ledger from the chains, in steps that can each be taken twice. SQLSTATE LG007: no rebuild is under way. */
export const rebuild = `
-- outcome: 'begun' (the epoch was bumped), 'resumed' (one that did not end is gone on with), 'notEmpty' or 'otherEpoch'.
create function ledger.begin_rebuild(why text, out outcome text, out epoch integer) language plpgsql as $$
declare
  under_way integer;
begin
  -- Waits for whoever enters just now; whoever comes later sees the mark and is refused.
  lock table ledger.settlements in share row exclusive mode;
  select l.rebuild_epoch, l.epoch into strict under_way, epoch from ledger.ledger l;
  outcome := case
    when exists (select 1 from ledger.settlements s where under_way is null or s.owner_run_id <> 'rebuild') then 'notEmpty'
    when under_way is null then 'begun'
    when under_way <> epoch then 'otherEpoch'
    else 'resumed' end;
  if outcome = 'begun' then
    epoch := ledger.bump_epoch(why);
    update ledger.ledger l set rebuild_epoch = l.epoch;
  end if;
end $$;

create function ledger.require_rebuild() returns void language plpgsql as $$
begin
  -- Locked until the transaction ends: it cannot be ended, or the epoch bumped, in between.
  perform 1 from ledger.ledger l where l.rebuild_epoch = l.epoch for update;
  if not found then
    raise exception 'no rebuild of this epoch is under way' using errcode = 'LG007';
  end if;
end $$;

-- What was read of final blocks: transactions of our signers into the journal, what was applied beside it.
create function ledger.stage_rebuild(transactions jsonb) returns void language plpgsql as $$
declare
  given jsonb;
begin
  perform ledger.require_rebuild();
  for given in select value from jsonb_array_elements(transactions) loop
    if (given->>'ours')::boolean and not exists (select 1 from ledger.transactions t where t.hash = given->'row'->>'hash') then
      perform ledger.record_transaction(given->'row', given->'operations');
      update ledger.transactions set final_at = clock_timestamp() where hash = given->'row'->>'hash';
    end if;
    insert into ledger.rebuild_operations
      (chain_id, hash, position, settlement_key, fingerprint, kind, attempt, "order", signature)
    select (given->'row'->>'chain_id')::bigint, given->'row'->>'hash', (e->>'position')::integer, e->>'settlementKey',
      e->>'fingerprint', e->>'kind', (e->>'attempt')::integer, nullif(e->'order', 'null'), e->>'signature'
    from jsonb_array_elements(given->'applied') with ordinality as applied (e, n) order by n
    on conflict (chain_id, hash, position) do nothing;
  end loop;
end $$;

create function ledger.mark_rebuild_read(chain bigint, up_to bigint) returns void language plpgsql as $$
begin
  perform ledger.require_rebuild();
  insert into ledger.rebuild_blocks as b (chain_id, next_block) values (chain, up_to)
  on conflict (chain_id) do update set next_block = greatest(b.next_block, up_to);
end $$;

-- Each settlement takes every step that the chains tell of, so that its events are those of a settlement that went that way.
-- Owned by no run: whichever comes first takes it over. Returns the ids that were written; the others were there.
create function ledger.rebuild_settlements(settlements jsonb) returns setof text language plpgsql as $$
declare
  given jsonb;
  step jsonb;
  r ledger.settlements;
begin
  perform ledger.require_rebuild();
  for given in select value from jsonb_array_elements(settlements) loop
    r := jsonb_populate_record(null::ledger.settlements, given->'row');
    insert into ledger.settlements (settlement_id, settlement_key, fingerprint, "order", signature, status, source_chain,
      destination_chain, token, amount, holder, recipient, attempt, epoch, owner_run_id, owner_fence, owner_scheduled_at)
    select r.settlement_id, r.settlement_key, r.fingerprint, r."order", r.signature, 'PROCESSING', r.source_chain,
      r.destination_chain, r.token, r.amount, r.holder, r.recipient, 0,
      case when (given->>'journalKnown')::boolean then l.epoch else -1 end, 'rebuild', ledger.next_fence(0), 'epoch'
    from ledger.ledger l
    on conflict do nothing;
    if not found then continue; end if;
    insert into ledger.attempts (settlement_id, attempt) values (r.settlement_id, 0);
    for step in select value from jsonb_array_elements(given->'steps') with ordinality as s (value, n) order by n loop
      update ledger.settlements set status = step->>'status', attempt = (step->>'attempt')::integer,
        burn_tx_hash = step->>'burnTxHash', mint_tx_hash = step->>'mintTxHash', refund_tx_hash = step->>'refundTxHash',
        compensated = (step->>'compensated')::boolean, needs_operator = (step->>'needsOperator')::boolean,
        error_code = step->>'errorCode', error_message = step->>'errorMessage', updated_at = clock_timestamp()
      where settlement_id = r.settlement_id;
      insert into ledger.attempts (settlement_id, attempt) values (r.settlement_id, (step->>'attempt')::integer)
      on conflict do nothing;
    end loop;
    update ledger.attempts a set mint_journaled = true
      where a.settlement_id = r.settlement_id and exists (
        select 1 from ledger.transaction_operations o
        where o.fingerprint = r.fingerprint and o.kind = 'Mint' and o.attempt = a.attempt);
    return next r.settlement_id;
  end loop;
end $$;

create function ledger.finish_rebuild() returns void language plpgsql as $$
begin
  perform ledger.require_rebuild();
  update ledger.ledger set rebuild_epoch = null;
end $$;
`;

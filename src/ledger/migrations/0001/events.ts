/**
 * Every change of a settlement appends to its chain of events, whoever makes it, in the same transaction; and a change that
 * the table of legal steps does not know is refused. SQLSTATE LG001: illegal step, LG002: append only.
 */
export const events = `
-- What is hashed: one line per field. src/ledger/eventHash.ts says the same in TypeScript.
create function ledger.event_hash(
  previous bytea, settlement_id text, seq integer, from_status text, to_status text, attempt integer, facts jsonb, at timestamptz
) returns bytea language sql immutable as $$
  select sha256(convert_to(concat_ws(E'\\n', 'settlement event 1', settlement_id, seq, coalesce(from_status, ''), to_status,
    attempt, facts::text, (extract(epoch from at) * 1000000)::bigint, encode(previous, 'hex')), 'UTF8'))
$$;

create function ledger.facts_of(s ledger.settlements) returns jsonb language sql immutable as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'burnTxHash', s.burn_tx_hash, 'mintTxHash', s.mint_tx_hash, 'refundTxHash', s.refund_tx_hash,
    'compensated', s.compensated, 'needsOperator', s.needs_operator,
    'errorCode', s.error_code, 'errorMessage', s.error_message,
    'epoch', s.epoch, 'runId', s.owner_run_id, 'fence', s.owner_fence))
$$;

create function ledger.append_event(previous bytea, s ledger.settlements, seq integer, from_status text, to_status text)
returns bytea language plpgsql as $$
declare
  at constant timestamptz := clock_timestamp();
  facts constant jsonb := ledger.facts_of(s);
  hash constant bytea :=
    ledger.event_hash(previous, s.settlement_id, seq, from_status, to_status, s.attempt, facts, at);
begin
  insert into ledger.settlement_events
    (settlement_id, seq, from_status, to_status, attempt, facts, at, previous_hash, hash)
  values (s.settlement_id, seq, from_status, to_status, s.attempt, facts, at, previous, hash);
  return hash;
end $$;

-- The chain begins at the fingerprint: it is the chain of this order and no other.
create function ledger.settlement_inserted() returns trigger language plpgsql as $$
declare
  first bytea;
begin
  if new.status not in ('PENDING', 'PROCESSING') then
    raise exception 'a settlement cannot begin in %', new.status using errcode = 'LG001';
  end if;
  first := ledger.append_event(decode(substr(new.fingerprint, 3), 'hex'), new, 1, null, 'PENDING');
  if new.status = 'PROCESSING' then
    perform ledger.append_event(first, new, 2, 'PENDING', 'PROCESSING');
  end if;
  return null;
end $$;

create function ledger.settlement_updated() returns trigger language plpgsql as $$
declare
  last record;
begin
  if (new.settlement_id, new.settlement_key, new.fingerprint, new."order", new.amount, new.holder, new.recipient, new.created_at)
    is distinct from
    (old.settlement_id, old.settlement_key, old.fingerprint, old."order", old.amount, old.holder, old.recipient, old.created_at)
  then
    raise exception 'the order of settlement % cannot change', old.settlement_id using errcode = 'LG002';
  end if;
  if new.status <> old.status and not ledger.is_legal_transition(old.status, new.status) then
    raise exception 'settlement %: % -> % is not a legal step', old.settlement_id, old.status, new.status using errcode = 'LG001';
  end if;
  if new.attempt <> old.attempt and new.status <> 'PROCESSING' then
    raise exception 'settlement %: an attempt begins in PROCESSING', old.settlement_id using errcode = 'LG001';
  end if;
  if new.status = old.status and new.attempt = old.attempt and ledger.facts_of(new) = ledger.facts_of(old) then
    return null;
  end if;
  select e.seq, e.hash into strict last
    from ledger.settlement_events e where e.settlement_id = new.settlement_id order by e.seq desc limit 1;
  perform ledger.append_event(last.hash, new, last.seq + 1, old.status, new.status);
  return null;
end $$;

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of ledger.% is forbidden: it is append only', tg_op, tg_table_name using errcode = 'LG002';
end $$;

-- Marks are permanent: what proves that no mint can land must never be taken back.
create function ledger.attempt_updated() returns trigger language plpgsql as $$
begin
  if (old.mint_journaled and not new.mint_journaled) or (old.no_mint_mark and not new.no_mint_mark)
    or (old.settlement_id, old.attempt) is distinct from (new.settlement_id, new.attempt)
  then
    raise exception 'marks of settlement %, attempt % are permanent', old.settlement_id, old.attempt using errcode = 'LG002';
  end if;
  return null;
end $$;

create trigger inserted after insert on ledger.settlements for each row execute function ledger.settlement_inserted();
create trigger updated after update on ledger.settlements for each row execute function ledger.settlement_updated();
create trigger updated after update on ledger.attempts for each row execute function ledger.attempt_updated();
${['settlements', 'attempts', 'settlement_events', 'event_seals', 'transactions', 'transaction_operations', 'leases']
  .map(
    (table) =>
      `create trigger kept before delete or truncate on ledger.${table} for each statement execute function ledger.refuse_change();`,
  )
  .join('\n')}
${['settlement_events', 'event_seals', 'transaction_operations']
  .map(
    (table) =>
      `create trigger append_only before update on ledger.${table} for each statement execute function ledger.refuse_change();`,
  )
  .join('\n')}
`;

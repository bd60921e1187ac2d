import { appRole } from '../0001/roles';

/**
 * An epoch begins closed (SQLSTATE LG006, as during a rebuild): what keys of before signed, and this journal may not know, can land
 * as long as they have their roles. First those keys are listed, for good; then, revoked, the epoch is opened for others.
 */
export const reopen = `
create table ledger.retired_keys (
  chain_id bigint not null,
  signer text not null check (signer ~ '^0x[0-9a-f]{40}$'),
  -- The epoch that found it.
  epoch integer not null,
  primary key (chain_id, signer)
);
grant select, insert on ledger.retired_keys to ${appRole};

alter table ledger.ledger add column keys_epoch integer, add column reopened_epoch integer;
-- An epoch that began before there was this rule was opened by hand.
update ledger.ledger set keys_epoch = epoch, reopened_epoch = epoch;
alter table ledger.ledger alter column keys_epoch set not null, alter column reopened_epoch set not null;

create function ledger.guard_journal() returns trigger language plpgsql as $$
declare
  l ledger.ledger;
begin
  select * into strict l from ledger.ledger;
  if l.rebuild_epoch is not null and new.lane_fence = 0 then return new; end if;
  if l.reopened_epoch <> l.epoch then
    raise exception 'epoch % is not open: keys of before may still act; see settle ledger reopen', l.epoch using errcode = 'LG006';
  end if;
  if exists (select 1 from ledger.retired_keys k where k.chain_id = new.chain_id and k.signer = new.signer) then
    raise exception 'key % on chain % is of an earlier epoch and signs no more: configure a new one', new.signer, new.chain_id
      using errcode = 'LG006';
  end if;
  return new;
end $$;
create trigger guard_journal before insert on ledger.transactions for each row execute function ledger.guard_journal();

-- Lists the given keys and all of the journal. False: the epoch is another, or a rebuild is under way.
create function ledger.retire_keys(judged_epoch integer, keys jsonb) returns boolean language plpgsql as $$
begin
  update ledger.ledger set keys_epoch = epoch where epoch = judged_epoch and rebuild_epoch is null;
  if not found then return false; end if;
  insert into ledger.retired_keys (chain_id, signer, epoch)
  select k.chain_id, k.signer, judged_epoch from jsonb_to_recordset(keys) as k (chain_id bigint, signer text)
  union select t.chain_id, t.signer, judged_epoch from ledger.transactions t
  on conflict do nothing;
  return true;
end $$;

create function ledger.reopen(judged_epoch integer) returns boolean language plpgsql as $$
begin
  update ledger.ledger set reopened_epoch = epoch
    where epoch = judged_epoch and keys_epoch = judged_epoch and rebuild_epoch is null;
  return found;
end $$;
`;

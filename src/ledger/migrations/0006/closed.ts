/**
 * While an epoch is closed no row of a settlement changes (SQLSTATE LG006): a row that is entered, or failed by what this journal
 * does not know, would be told of an epoch whose keys of before can still act.
 */
export const closed = `
create function ledger.guard_closed() returns trigger language plpgsql as $$
begin
  if exists (select 1 from ledger.ledger l where l.reopened_epoch <> l.epoch and l.rebuild_epoch is null) then
    raise exception 'the epoch is not open: keys of before may still act; see settle ledger reopen' using errcode = 'LG006';
  end if;
  return new;
end $$;
create trigger guard_closed before insert or update on ledger.settlements
  for each row execute function ledger.guard_closed();
`;

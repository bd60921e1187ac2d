import { sql, type Migration } from 'kysely';

/**
 * Only an operator's reversal takes a settlement back from MINTED or COMPLETED. The table of legal steps knows the step and not the
 * reason; a worker that was cut off before it could say "undo" must not say it of what is complete meanwhile.
 */
const reversal = `
create function ledger.guard_reversal() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from ledger.transaction_operations o
    where o.fingerprint = new.fingerprint and o.kind = 'ReverseMint' and o.attempt = new.attempt) then
    raise exception 'settlement %: % -> COMPENSATING is not a legal step: its mint was not reversed', old.settlement_id, old.status
      using errcode = 'LG001';
  end if;
  return new;
end $$;
create trigger guard_reversal before update on ledger.settlements for each row
  when (old.status in ('MINTED', 'COMPLETED') and new.status = 'COMPENSATING') execute function ledger.guard_reversal();
`;

export const reversalMigration: Migration = {
  async up(db) {
    await sql.raw(reversal).execute(db);
  },
};

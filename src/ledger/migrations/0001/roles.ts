/**
 * The role that workers act as. It can append events and change nothing of them. Roles belong to the whole server: this one
 * is made only when it is not there, which needs CREATEROLE; in production an administrator makes it (docs/adr/0007-ledger.md).
 */
export const appRole = 'settlement_app';

export const roles = `
do $$
begin
  if not exists (select 1 from pg_roles where rolname = '${appRole}') then
    create role ${appRole} nologin;
  end if;
exception
  when duplicate_object or unique_violation then null; -- another database's migration made it at the same time
  when insufficient_privilege then
    raise exception 'the role ${appRole} is not there, and % may not create it', current_user using errcode = 'LG005';
end $$;
do $$
begin
  -- So that whoever migrates can also work, as the application.
  if not pg_has_role(current_user, '${appRole}', 'set') then
    execute format('grant ${appRole} to %I', current_user);
  end if;
exception when insufficient_privilege then
  raise exception '% is not a member of the role ${appRole}', current_user using errcode = 'LG005';
end $$;
grant usage on schema ledger to ${appRole};
grant select on all tables in schema ledger to ${appRole};
grant select on all sequences in schema ledger to ${appRole};
grant insert on ledger.settlements, ledger.attempts, ledger.settlement_events, ledger.transactions,
  ledger.transaction_operations, ledger.leases, ledger.event_seals to ${appRole};
grant update on ledger.ledger, ledger.settlements, ledger.attempts, ledger.leases to ${appRole};
grant update (final_at) on ledger.transactions to ${appRole};
`;

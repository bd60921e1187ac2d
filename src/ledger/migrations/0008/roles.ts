import { appRole } from '../0001/roles';

/**
 * The role that the HTTP API acts as: it reads settlements and events, and writes nothing that says where money is. Tokens are made
 * by an operator, as the workers' role; the API only reads their hashes.
 */
export const apiRole = 'settlement_api';

export const roles = `
do $$
begin
  if not exists (select 1 from pg_roles where rolname = '${apiRole}') then
    create role ${apiRole} nologin;
  end if;
exception
  when duplicate_object or unique_violation then null; -- another database's migration made it at the same time
  when insufficient_privilege then
    raise exception 'the role ${apiRole} is not there, and % may not create it', current_user using errcode = 'LG005';
end $$;
do $$
begin
  if not pg_has_role(current_user, '${apiRole}', 'set') then
    execute format('grant ${apiRole} to %I', current_user);
  end if;
exception when insufficient_privilege then
  raise exception '% is not a member of the role ${apiRole}', current_user using errcode = 'LG005';
end $$;
grant usage on schema ledger to ${apiRole};
grant select on ledger.ledger, ledger.settlements, ledger.settlement_events, ledger.paused_routes to ${apiRole};
grant usage on schema api to ${apiRole}, ${appRole};
grant select on api.tokens to ${apiRole};
grant select (token_id, created_at) on api.webhooks to ${apiRole};
grant select, update on api.webhook_cursor to ${apiRole};
grant select, insert, update, delete on api.submissions to ${apiRole};
grant select, insert on api.tokens to ${appRole};
grant update (revoked_at) on api.tokens to ${appRole};
grant select, insert, update, delete on api.webhooks to ${appRole};
`;

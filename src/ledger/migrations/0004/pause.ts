import { appRole } from '../0001/roles';

/**
 * On a paused route nothing new is journaled that moves money: no burn, no mint, no refund. What was journaled is sent again as it is;
 * a tombstone moves nothing, and a reversal is an operator's own.
 */
export const pause = `
create table ledger.paused_routes (
  source_chain text not null,
  destination_chain text not null,
  reason text not null,
  paused_by text not null,
  paused_at timestamptz not null default clock_timestamp(),
  primary key (source_chain, destination_chain)
);
grant select, insert, update, delete on ledger.paused_routes to ${appRole};

alter function ledger.judge_operations(jsonb) rename to judge_each;

create function ledger.judge_operations(operations jsonb) returns text[] language plpgsql as $$
declare
  held boolean[];
  judged text[];
  refusals text[] := '{}';
  next integer := 1;
begin
  if not exists (select 1 from ledger.paused_routes) then return ledger.judge_each(operations); end if;
  select array_agg(e->>'kind' in ('Burn', 'Mint', 'Refund') and exists (
      select 1 from ledger.settlements s
      join ledger.paused_routes p on p.source_chain = s.source_chain and p.destination_chain = s.destination_chain
      where s.settlement_id = e->>'settlementId') order by n)
    into held from jsonb_array_elements(operations) with ordinality as given (e, n);
  -- Judging marks what may go, so it is asked only of what is not held.
  judged := ledger.judge_each(coalesce((
    select jsonb_agg(e order by n) from jsonb_array_elements(operations) with ordinality as given (e, n) where not held[n]), '[]'));
  for n in 1 .. coalesce(array_length(held, 1), 0) loop
    if held[n] then
      refusals := refusals || 'routePaused'::text;
    else
      refusals := refusals || judged[next];
      next := next + 1;
    end if;
  end loop;
  return refusals;
end $$;
`;

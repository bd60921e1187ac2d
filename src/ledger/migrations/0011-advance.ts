import { sql, type Migration } from 'kysely';

/**
 * `ledger.advance` as 0001 made it, but for what it costs: where a step says nothing new the row is not written again, and which steps
 * were taken before is found in one pass over them.
 */
const advance = `
-- Steps in their order; of one settlement several may follow each other. outcome: 'advanced', 'repeated' (it stands there
-- already), or why not: 'notInLedger', 'owner', 'otherAttempt', 'status'.
create or replace function ledger.advance(steps jsonb)
returns table (index integer, outcome text, settlement ledger.settlements) language plpgsql as $$
declare
  step record;
  r ledger.settlements;
  stands boolean;
begin
  -- In one order, so that two calls cannot wait for each other.
  perform 1 from ledger.settlements s
    where s.settlement_id in (select e->>'settlementId' from jsonb_array_elements(steps) e)
    order by s.settlement_id for update;
  for step in
    with given as (
      select n::integer - 1 as n, e->>'settlementId' as id, e->>'runId' as run_id, (e->>'fence')::bigint as fence,
        (e->>'attempt')::integer as attempt, e->>'to' as target, coalesce(e->'facts', '{}') as facts
      from jsonb_array_elements(steps) with ordinality as given (e, n)
    )
    -- An answer that was lost: the steps up to the one where it stands were taken then.
    select g.*, coalesce(bool_or(g.target = s.status) over (
        partition by g.id order by g.n rows between 1 following and unbounded following), false) as was_taken
    from given g left join lateral (select l.status from ledger.settlements l where l.settlement_id = g.id) s on true
    order by g.n
  loop
    select * into r from ledger.settlements s where s.settlement_id = step.id;
    index := step.n;
    stands := r.status = step.target;
    outcome := case
      when r.settlement_id is null then 'notInLedger'
      when r.owner_run_id <> step.run_id or r.owner_fence <> step.fence then 'owner'
      when r.attempt <> step.attempt then 'otherAttempt'
      when step.was_taken or (stands and step.facts = '{}') then 'repeated'
      when stands or (step.target <> 'PROCESSING' and ledger.is_legal_transition(r.status, step.target)) then 'advanced'
      else 'status' end;
    if outcome = 'advanced' then
      update ledger.settlements s set status = step.target,
        burn_tx_hash = case when step.facts ? 'burnTxHash' then step.facts->>'burnTxHash' else s.burn_tx_hash end,
        mint_tx_hash = case when step.facts ? 'mintTxHash' then step.facts->>'mintTxHash' else s.mint_tx_hash end,
        refund_tx_hash = case when step.facts ? 'refundTxHash' then step.facts->>'refundTxHash' else s.refund_tx_hash end,
        compensated = coalesce((step.facts->>'compensated')::boolean, s.compensated),
        needs_operator = coalesce((step.facts->>'needsOperator')::boolean, s.needs_operator),
        error_code = case when step.facts ? 'errorCode' then step.facts->>'errorCode' else s.error_code end,
        error_message = case when step.facts ? 'errorMessage' then step.facts->>'errorMessage' else s.error_message end,
        updated_at = clock_timestamp()
      where s.settlement_id = step.id and s.status = r.status and s.attempt = step.attempt
        and s.owner_run_id = step.run_id and s.owner_fence = step.fence
      returning * into strict settlement;
      if stands and ledger.facts_of(settlement) = ledger.facts_of(r) then
        outcome := 'repeated';
      end if;
    else
      settlement := r;
    end if;
    return next;
  end loop;
end $$;
`;

export const advanceMigration: Migration = {
  async up(db) {
    await sql.raw(advance).execute(db);
  },
};

import { legalTransitions, statuses } from '../../../domain/status';

const pairs = statuses.flatMap((from) => legalTransitions[from].map((to) => `('${from}', '${to}')`));

/**
 * The domain's table of legal steps, as the database sees it. A test compares every pair; a change of the table needs a
 * migration that replaces this function.
 */
export const legalTransition = `
create function ledger.is_legal_transition(from_status text, to_status text) returns boolean
language sql immutable as $$
  select (from_status, to_status) in (${pairs.join(', ')})
$$;
`;

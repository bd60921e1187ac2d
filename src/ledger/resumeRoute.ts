import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';
import type { Route } from './routePauses';

/** Lets a route go on. Returns whether it was paused. */
export async function resumeRoute({ db }: LedgerContext, { sourceChain, destinationChain }: Route): Promise<boolean> {
  const { numDeletedRows } = await askLedger('the route cannot be resumed', () =>
    db
      .deleteFrom('ledger.paused_routes')
      .where('source_chain', '=', sourceChain)
      .where('destination_chain', '=', destinationChain)
      .executeTakeFirst(),
  );
  return numDeletedRows === 1n;
}

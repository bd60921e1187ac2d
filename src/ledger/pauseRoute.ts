import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';
import type { Route } from './routePauses';

/** Pauses a route; one that is paused keeps its first reason. Returns whether it was not paused before. */
export async function pauseRoute(
  { db }: LedgerContext,
  { sourceChain, destinationChain }: Route,
  why: { readonly reason: string; readonly by: string },
): Promise<boolean> {
  const row = {
    source_chain: sourceChain,
    destination_chain: destinationChain,
    reason: why.reason,
    paused_by: why.by,
  };
  const { numInsertedOrUpdatedRows } = await askLedger('the route cannot be paused', () =>
    db
      .insertInto('ledger.paused_routes')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst(),
  );
  return numInsertedOrUpdatedRows === 1n;
}

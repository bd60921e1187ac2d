import { sql } from 'kysely';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

/**
 * Takes a place for each of many among its holder's open settlements, or for none. Ids that have one keep it.
 * @returns null, or a holder who has not as many places left
 */
export async function reserveSubmissions(
  { db }: LedgerContext,
  wanted: readonly { readonly settlementId: string; readonly holder: string }[],
  maxOpen: number,
): Promise<string | null> {
  const ids = wanted.map(({ settlementId }) => settlementId);
  const holders = wanted.map(({ holder }) => holder);
  const query = sql<{ full: string | null }>`select api.reserve_all(${ids}, ${holders}, ${maxOpen}) as full`;
  const { rows } = await askLedger('the submissions cannot be noted', () => query.execute(db));
  return rows[0]?.full ?? null;
}

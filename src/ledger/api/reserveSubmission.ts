import { sql } from 'kysely';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

export interface Reservation {
  readonly settlementId: string;
  readonly holder: string;
  readonly maxOpen: number;
}

/** Takes a place among the holder's open settlements, unless the id is known to have one; 'full': there is none free. */
export async function reserveSubmission(
  { db }: LedgerContext,
  wanted: Reservation,
): Promise<'reserved' | 'known' | 'full'> {
  const { settlementId, holder, maxOpen } = wanted;
  const query = sql<{
    outcome: 'reserved' | 'known' | 'full';
  }>`select api.reserve(${settlementId}, ${holder}, ${maxOpen}) as outcome`;
  const { rows } = await askLedger('the submission cannot be noted', () => query.execute(db));
  return rows[0]?.outcome ?? 'full';
}

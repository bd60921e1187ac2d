import { sql } from 'kysely';
import type { SettlementRecord } from '../domain/record';
import { askLedger } from './askLedger';
import type { EnterRequest } from './ledger';
import type { LedgerContext } from './openLedger';
import { rowOfOrder } from './rowOfOrder';

/** A settlement as it stood after one step; what a step does not name is null. */
export type RebuiltStep = Pick<
  SettlementRecord,
  | 'status'
  | 'attempt'
  | 'burnTxHash'
  | 'mintTxHash'
  | 'refundTxHash'
  | 'compensated'
  | 'needsOperator'
  | 'errorCode'
  | 'errorMessage'
>;

/** A settlement as the chains tell it. */
export interface RebuiltSettlement extends Pick<
  EnterRequest,
  'order' | 'signature' | 'fingerprint' | 'sourceChain' | 'destinationChain'
> {
  /**
   * False for an attempt that has burned: what the lost ledger journaled of its mint is not known, so the row gets no epoch (-1).
   * True where the attempt has yet to begin.
   */
  readonly journalKnown: boolean;
  /** From PROCESSING of attempt 0 on, each a legal step from the one before. */
  readonly steps: readonly RebuiltStep[];
}

/**
 * Writes settlements with every step they took, in one database transaction. Those whose id is there already are left as they
 * are. Returns the ids that were written.
 * @throws PermanentError ILLEGAL_STEP, also when no rebuild is under way
 */
export async function rebuildSettlements(
  { db }: LedgerContext,
  settlements: readonly RebuiltSettlement[],
): Promise<readonly string[]> {
  if (settlements.length === 0) return [];
  const json = JSON.stringify(
    settlements.map((settlement) => ({
      row: rowOfOrder(settlement),
      journalKnown: settlement.journalKnown,
      steps: settlement.steps,
    })),
  );
  const { rows } = await askLedger('settlements cannot be rebuilt', () =>
    sql<{ readonly id: string }>`select id from ledger.rebuild_settlements(${json}::jsonb) as written (id)`.execute(db),
  );
  return rows.map(({ id }) => id);
}

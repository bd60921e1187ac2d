import { sql } from 'kysely';
import type { ErrorCode } from '../domain/errorCodes';
import { PermanentError, TransientError } from '../domain/errors';
import { askLedger } from './askLedger';
import type { LedgerSettlement, Ownership } from './ledger';
import type { LedgerContext } from './openLedger';
import { storable } from './storable';
import type { SettlementRow } from './tables';
import { toSettlement } from './toSettlement';

export interface FailUnburnedRequest {
  readonly owner: Ownership;
  readonly attempt: number;
  /** The burns of the attempt that are proved not to land; any other in the journal keeps the settlement from failing. */
  readonly seenHashes: readonly `0x${string}`[];
  readonly errorCode: ErrorCode;
  readonly errorMessage: string;
  /** Whether the proof rests on the journal, which knows everything only of the ledger's own epoch. */
  readonly requireEpoch: boolean;
}

/** Failed, or what was found instead. */
export type FailedUnburned =
  | { readonly outcome: 'failed'; readonly settlement: LedgerSettlement }
  | { readonly outcome: 'status' | 'otherAttempt' | 'epoch'; readonly settlement: LedgerSettlement }
  | {
      readonly outcome: 'journaled';
      readonly settlement: LedgerSettlement;
      /** Every journaled burn of the attempt. */
      readonly hashes: readonly `0x${string}`[];
    };

type Row = SettlementRow & {
  readonly outcome: FailedUnburned['outcome'] | 'notInLedger' | 'owner';
  readonly journaled: readonly `0x${string}`[];
};

/**
 * The no-burn mark: FAILED, unless a burn of the attempt was journaled that the caller has not seen. From then on none can be
 * journaled, until a retry. A repeated call gets the same answer.
 * @throws TransientError OWNERSHIP_LOST, LEDGER_UNAVAILABLE; PermanentError NOT_FOUND
 */
export async function failUnburned(
  { db, onStep }: LedgerContext,
  request: FailUnburnedRequest,
): Promise<FailedUnburned> {
  const { owner, attempt, errorCode, errorMessage, requireEpoch } = request;
  const seen = request.seenHashes.map((hash) => hash.toLowerCase());
  const query = sql<Row>`select outcome, journaled, (settlement).* from ledger.fail_unburned(
    ${owner.settlementId}, ${owner.runId}, ${owner.fence}, ${attempt}, ${seen}::text[], ${errorCode}, ${storable(errorMessage)},
    ${requireEpoch})`;
  const { rows } = await askLedger(`settlement ${owner.settlementId} cannot fail`, () => query.execute(db));
  const [row] = rows;
  if (!row || row.outcome === 'notInLedger') {
    throw new PermanentError('NOT_FOUND', `settlement ${owner.settlementId} is not in the ledger`);
  }
  if (row.outcome === 'owner') {
    throw new TransientError('OWNERSHIP_LOST', `settlement ${owner.settlementId} is driven by run ${row.owner_run_id}`);
  }
  const settlement = toSettlement(row);
  if (row.outcome === 'journaled') return { outcome: row.outcome, settlement, hashes: row.journaled };
  if (row.outcome === 'failed') onStep(settlement.record);
  return { outcome: row.outcome, settlement };
}

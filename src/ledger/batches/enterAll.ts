import { sql } from 'kysely';
import { askLedger } from '../askLedger';
import type { EnterRequest, LedgerSettlement } from '../ledger';
import type { LedgerContext } from '../openLedger';
import { rowOfOrder } from '../rowOfOrder';
import type { SettlementRow } from '../tables';
import { toSettlement } from '../toSettlement';

/** What is the same for all that enter together. */
export type EnterAllContext = Pick<EnterRequest, 'runId' | 'scheduledAtMs' | 'knownEpoch'>;
export type EnterAllRequest = Omit<EnterRequest, keyof EnterAllContext | 'mode'>;

export interface EnterAnswer {
  /** `conflict`: another order stands under the id; `owner`: a later run drives it, and keeps it. */
  readonly outcome: 'entered' | 'conflict' | 'owner';
  /** As it stands, whoever drives it. */
  readonly settlement: LedgerSettlement;
}

type AnswerRow = SettlementRow & { readonly index: number; readonly outcome: EnterAnswer['outcome'] };

/**
 * `enter` for many settlements in one database transaction, each on its own; one answer for each request.
 * @throws TransientError LEDGER_BEHIND while the ledger is being rebuilt, LEDGER_UNAVAILABLE
 */
export async function enterAll(
  { db }: LedgerContext,
  requests: readonly EnterAllRequest[],
  { runId, scheduledAtMs, knownEpoch }: EnterAllContext,
): Promise<readonly EnterAnswer[]> {
  if (requests.length === 0) return [];
  const json = JSON.stringify(
    requests.map((request) => ({
      row: rowOfOrder(request),
      attempt: request.attempt,
      burnStands: request.burnStands,
    })),
  );
  const { rows } = await askLedger('settlements cannot enter', () =>
    sql<AnswerRow>`select index, outcome, (settlement).* from ledger.enter_all(${json}::jsonb, ${runId},
      to_timestamp(${scheduledAtMs}::float8 / 1000), ${knownEpoch}) order by index`.execute(db),
  );
  return rows.map((row) => ({ outcome: row.outcome, settlement: toSettlement(row) }));
}

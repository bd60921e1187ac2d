import { sql } from 'kysely';
import type { ErrorCode } from '../domain/errorCodes';
import { isTerminal, statuses, type SettlementStatus } from '../domain/status';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';

/** How many open settlements are alike. */
export interface OpenCount {
  readonly sourceChain: string;
  readonly destinationChain: string;
  readonly status: SettlementStatus;
  /** Why an operator is needed; null where none is. */
  readonly operatorCode: ErrorCode | null;
  readonly count: number;
  /** Since the one that changed last so long ago, by the database's clock. */
  readonly quietestSeconds: number;
}

/** Counted from the open ones alone: what is over costs nothing. */
export async function openCounts({ db }: LedgerContext): Promise<readonly OpenCount[]> {
  const open = statuses.filter((status) => !isTerminal(status));
  const rows = await askLedger('open settlements cannot be counted', () =>
    db
      .selectFrom('ledger.settlements')
      .select(['source_chain', 'destination_chain', 'status'])
      .select(sql<ErrorCode | null>`case when needs_operator then error_code end`.as('operator_code'))
      .select(sql<number>`count(*)::int`.as('count'))
      .select(sql<number>`extract(epoch from clock_timestamp() - min(updated_at))::float`.as('quietest'))
      .where('status', 'in', open)
      .groupBy(['source_chain', 'destination_chain', 'status', 'operator_code'])
      .execute(),
  );
  return rows.map((row) => ({
    sourceChain: row.source_chain,
    destinationChain: row.destination_chain,
    status: row.status,
    operatorCode: row.operator_code,
    count: row.count,
    quietestSeconds: row.quietest,
  }));
}

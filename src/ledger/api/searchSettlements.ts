import { sql, type RawBuilder } from 'kysely';
import type { SettlementRecord } from '../../domain/record';
import type { SettlementStatus } from '../../domain/status';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';
import type { SettlementRow } from '../tables';
import { toSettlement } from '../toSettlement';

export interface Search {
  /** Only ids that begin with it; it ends at its only hyphen. Null: all. */
  readonly idPrefix: string | null;
  readonly limit: number;
  /** Where the last page ended. */
  readonly before?: bigint;
  readonly status?: readonly SettlementStatus[];
  readonly route?: { readonly sourceChain: string; readonly destinationChain: string };
  readonly holder?: string;
  readonly recipient?: string;
  readonly needsOperator?: boolean;
  readonly settlementId?: string;
  /** Of its holder or its recipient. */
  readonly address?: string;
  /** Of its burn, its mint or its refund; lower case. */
  readonly txHash?: string;
}

export interface FoundPage {
  readonly records: readonly SettlementRecord[];
  /** For `before`; null: that was all. */
  readonly next: bigint | null;
}

/** Newest first, by keyset: a page costs the same wherever it is. What enters or changes meanwhile shifts nothing. */
export async function searchSettlements({ db }: LedgerContext, search: Search): Promise<FoundPage> {
  const fixed = conditionsOf(search);
  const page = (more: readonly RawBuilder<unknown>[]) => sql`(select * from ledger.settlements
    where ${sql.join([...fixed, ...more, sql`true`], sql` and `)} order by position desc limit ${search.limit + 1})`;
  // Each branch by an index of its own: an OR would have one of them read everything.
  const branches = branchesOf(search).map((branch) => page([branch]));
  const query = sql<SettlementRow>`
    select * from (${sql.join(branches.length > 0 ? branches : [page([])], sql` union `)}) found
    order by position desc limit ${search.limit + 1}`;
  const { rows } = await askLedger('settlements cannot be searched', () => query.execute(db));
  const shown = rows.slice(0, search.limit);
  const last = shown.at(-1);
  const next = rows.length > search.limit && last ? BigInt(last.position) : null;
  return { records: shown.map((row) => toSettlement(row).record), next };
}

function conditionsOf(search: Search): readonly RawBuilder<unknown>[] {
  const { idPrefix, before, status, route, holder, recipient, needsOperator, settlementId } = search;
  return [
    idPrefix !== null && sql`substring(settlement_id from '^[^-]*-') = ${idPrefix}`,
    before !== undefined && sql`position < ${before.toString()}::bigint`,
    status !== undefined && sql`status in (${sql.join(status)})`,
    route !== undefined && sql`source_chain = ${route.sourceChain} and destination_chain = ${route.destinationChain}`,
    holder !== undefined && sql`holder = ${holder}`,
    recipient !== undefined && sql`recipient = ${recipient}`,
    needsOperator !== undefined && (needsOperator ? sql`needs_operator` : sql`not needs_operator`),
    settlementId !== undefined && sql`settlement_id = ${settlementId}`,
  ].filter((condition) => condition !== false);
}

function branchesOf({ address, txHash }: Search): readonly RawBuilder<unknown>[] {
  if (address !== undefined) return [sql`holder = ${address}`, sql`recipient = ${address}`];
  if (txHash === undefined) return [];
  return [sql`burn_tx_hash = ${txHash}`, sql`mint_tx_hash = ${txHash}`, sql`refund_tx_hash = ${txHash}`];
}

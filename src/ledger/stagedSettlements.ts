import { sql } from 'kysely';
import type { OrderJson } from '../domain/order';
import type { OperationKind } from '../domain/slot';
import { askLedger } from './askLedger';
import type { LedgerContext } from './openLedger';
import type { RebuildOperationRow } from './tables';

export interface StagedOperation {
  readonly chainId: number;
  readonly hash: `0x${string}`;
  readonly fingerprint: `0x${string}`;
  readonly kind: OperationKind;
  readonly attempt: number;
  readonly order: OrderJson | null;
  readonly signature: string | null;
}

/** Everything that was applied under one settlement key, of each chain in the order of its blocks. */
export interface StagedSettlement {
  /** Where the next page begins. */
  readonly id: number;
  readonly settlementKey: `0x${string}`;
  readonly operations: readonly StagedOperation[];
}

/** A page of what a rebuild has read, by settlement, in the order in which each was first seen. */
export async function stagedSettlements(
  { db }: LedgerContext,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly StagedSettlement[]> {
  const keys = await askLedger('what was read cannot be listed', () =>
    sql<{ readonly id: string; readonly settlement_key: `0x${string}` }>`
      select o.id, o.settlement_key from ledger.rebuild_operations o
      where o.id > ${after} and not exists (
        select 1 from ledger.rebuild_operations p where p.settlement_key = o.settlement_key and p.id < o.id)
      order by o.id limit ${limit}`.execute(db),
  );
  if (keys.rows.length === 0) return [];
  const rows = await askLedger('what was read cannot be listed', () =>
    db
      .selectFrom('ledger.rebuild_operations')
      .selectAll()
      .where(
        'settlement_key',
        'in',
        keys.rows.map(({ settlement_key }) => settlement_key),
      )
      .orderBy('id')
      .execute(),
  );
  return keys.rows.map(({ id, settlement_key: settlementKey }) => ({
    id: Number(id),
    settlementKey,
    operations: rows.filter((row) => row.settlement_key === settlementKey).map(toOperation),
  }));
}

function toOperation({ chain_id, hash, fingerprint, ...rest }: RebuildOperationRow): StagedOperation {
  const { kind, attempt, order, signature } = rest;
  return {
    chainId: Number(chain_id),
    hash: hash as `0x${string}`,
    fingerprint: fingerprint as `0x${string}`,
    kind,
    attempt,
    order,
    signature,
  };
}

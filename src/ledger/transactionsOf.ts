import { sql } from 'kysely';
import type { OperationKind } from '../domain/slot';
import type { JournaledTransaction } from './ledger';
import type { LedgerContext } from './openLedger';
import { readTransactions } from './readTransactions';

export interface OperationQuery {
  readonly chainId: number;
  readonly fingerprint: `0x${string}`;
  readonly kind: OperationKind;
  readonly attempt: number;
}

/** Every transaction that was ever journaled for the operation, by nonce and replacement. */
export function transactionsOf(
  context: LedgerContext,
  { chainId, fingerprint, kind, attempt }: OperationQuery,
): Promise<readonly JournaledTransaction[]> {
  const hashes = sql`select o.hash from ledger.transaction_operations o where o.fingerprint = ${fingerprint.toLowerCase()}
    and o.kind = ${kind} and o.attempt = ${attempt} and o.chain_id = ${chainId}`;
  return readTransactions(context, sql`t.hash in (${hashes})`);
}

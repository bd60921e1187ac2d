import { sql, type RawBuilder } from 'kysely';
import { askLedger } from './askLedger';
import type { JournaledTransaction } from './ledger';
import type { LedgerContext } from './openLedger';
import { toTransaction, type TransactionWithOperations } from './transactions';

/** Transactions `t` with all of their operations, by nonce and replacement. */
export async function readTransactions(
  { db }: LedgerContext,
  where: RawBuilder<unknown>,
): Promise<readonly JournaledTransaction[]> {
  // Numbers of any width as text; JSON would round them.
  const query = sql<TransactionWithOperations>`
    select t.*, coalesce((select json_agg(o order by o.position) from ledger.transaction_operations o where o.hash = t.hash), '[]')
      as operations
    from ledger.transactions t where ${where} order by t.chain_id, t.signer, t.nonce, t.replacement`;
  const { rows } = await askLedger('the journal cannot be read', () => query.execute(db));
  return rows.map(toTransaction);
}

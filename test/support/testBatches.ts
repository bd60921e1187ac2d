import { Client } from 'pg';
import { fingerprintOf } from '../../src/domain/fingerprint';
import type { SignedOrder } from '../../src/domain/order';
import { parseOrder } from '../../src/domain/parseOrder';
import type { TestStack } from './testStack';

/** What tests of batches ask of the database, and do to it. */
export const askBatchDatabase = {
  /** Journaled transactions of all lanes. */
  async countTransactions(databaseUrl: string): Promise<number> {
    return withDatabase(databaseUrl, async (client) => {
      const counted = await client.query<{ count: number }>(
        'select count(*)::integer as count from ledger.transactions',
      );
      return counted.rows[0]?.count ?? 0;
    });
  },

  /** As a client that died after it had written the batch and the first of its orders. */
  async cutOffSubmission(stack: TestStack, batchId: string, batch: readonly SignedOrder[]): Promise<void> {
    const gateway = stack.config.chains[0]?.gateway ?? '0x';
    const prints = batch.map(({ order }) => fingerprintOf(parseOrder(order), gateway).toLowerCase());
    const digest = `encode(sha256(convert_to($2, 'UTF8')), 'hex')`;
    const [first] = batch as [SignedOrder];
    await withDatabase(stack.databaseUrl, async (client) => {
      await client.query(`insert into ledger.batches (batch_id, digest, size) values ($1, ${digest}, $3)`, [
        batchId,
        prints.join(''),
        batch.length,
      ]);
      await client.query(
        `insert into ledger.batch_orders (batch_id, position, settlement_id, fingerprint, "order", signature)
         values ($1, 0, $2, $3, $4, $5)`,
        [batchId, first.order.settlementId, prints[0], JSON.stringify(first.order), first.signature],
      );
    });
  },
};

async function withDatabase<T>(databaseUrl: string, ask: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}

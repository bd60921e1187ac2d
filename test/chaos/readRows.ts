import { Client } from 'pg';

/** The ledger's view of where everything stands, past every proxy. */
export interface RowStatus {
  readonly id: string;
  readonly status: string;
  readonly attempt: number;
  readonly needsOperator: boolean;
}

export async function readRows(databaseUrl: string): Promise<readonly RowStatus[]> {
  return withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<RowStatus>(
      'select settlement_id as id, status, attempt, needs_operator as "needsOperator" from ledger.settlements order by 1',
    );
    return rows;
  });
}

export async function withDatabase<T>(databaseUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(databaseUrl);
  client.on('error', () => undefined); // it was killed: the next query says so
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

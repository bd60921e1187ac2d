import { Client } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import type { Hex } from 'viem';
import { rpc } from './checkers/rpcBatch';
import type { CheckedChain, ToldSample } from './checkers/world';
import type { HeadWatch } from './headWatch';

/** Looks at the rows again and again, and each time only then at the heads: what was told, and how far the chains were at most. */
export interface ToldWatch {
  /** Each status that was seen, once. */
  readonly samples: readonly ToldSample[];
  close(): Promise<void>;
}

const betweenLooksMs = 100;
/** What has not changed for long was seen long ago, also where a chain did not answer for a while. */
const sql = `select settlement_id as "settlementId", status, attempt, compensated from ledger.settlements
  where status not in ('PENDING', 'PROCESSING', 'BURNING') and updated_at > clock_timestamp() - interval '30 seconds'`;

export function watchTold(
  databaseUrl: string,
  chains: readonly CheckedChain[],
  { clearly }: Pick<HeadWatch, 'clearly'>,
): ToldWatch {
  const samples: ToldSample[] = [];
  const known = new Set<string>();
  const told = new AbortController();
  /** A reorg or a rollback lowers a head, and takes nothing back that was final: the highest ever seen counts. */
  const highest = new Map<number, number>();

  const readHeads = (): Promise<ToldSample['heads']> =>
    Promise.all(
      chains.map(async ({ chainId, rpcUrl }) => {
        const head = Math.max(Number(await rpc<Hex>(rpcUrl, 'eth_blockNumber', [])), highest.get(chainId) ?? 0);
        highest.set(chainId, head);
        return { chainId, head };
      }),
    );
  const lookOnce = async (client: Client): Promise<void> => {
    const { rows } = await client.query<Omit<ToldSample, 'heads'>>(sql);
    const keyOf = ({ settlementId, status, attempt }: Omit<ToldSample, 'heads'>) =>
      `${settlementId}/${status}/${attempt}`;
    const fresh = rows.filter((row) => !known.has(keyOf(row)));
    // Also when nothing is new: what was highest must not be missed. Where a chain does not answer, or takes back the newest block
    // before it was seen here, the rows are looked at again.
    const heads = await clearly(readHeads);
    if (!heads) return;
    for (const row of fresh) {
      known.add(keyOf(row));
      samples.push({ ...row, heads });
    }
  };
  const look = async (): Promise<void> => {
    const client = new Client(databaseUrl);
    client.on('error', () => undefined); // Postgres was killed: the next query says so
    try {
      await client.connect();
      while (!told.signal.aborted) {
        await lookOnce(client);
        await delay(betweenLooksMs, undefined, { signal: told.signal }).catch(() => undefined);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const watching = (async () => {
    while (!told.signal.aborted) {
      // It may be down, or not migrated yet; that is no finding of this watch.
      await look().catch(() => delay(betweenLooksMs));
    }
  })();
  return {
    samples,
    async close() {
      told.abort();
      await watching;
    },
  };
}

import { sql } from 'kysely';
import { askLedger } from '../askLedger';
import type { LedgerContext } from '../openLedger';

export interface AmountInFlight {
  readonly sourceChain: string;
  /** On the source chain. */
  readonly token: string;
  /** Burned, and neither minted nor given back; base units. */
  readonly inFlight: bigint;
  /** How many settlements have not ended, whether burned yet or not. */
  readonly openCount: number;
}

/** Of each token, by where it was burned. Cost: that of the open settlements, whatever the ledger holds. */
export async function amountsInFlight({ db }: LedgerContext): Promise<readonly AmountInFlight[]> {
  const query = sql<{ source_chain: string; token: string; in_flight: string; open: number }>`
    select source_chain, token, count(*)::integer as open,
      coalesce(sum(amount::numeric) filter (where status in ('BURNED', 'MINTING', 'COMPENSATING')), 0)::text as in_flight
    from ledger.settlements where status in ('PENDING', 'PROCESSING', 'BURNING', 'BURNED', 'MINTING', 'MINTED', 'COMPENSATING')
    group by source_chain, token`;
  const { rows } = await askLedger('what is in flight cannot be read', () => query.execute(db));
  return rows.map((row) => ({
    sourceChain: row.source_chain,
    token: row.token,
    inFlight: BigInt(row.in_flight),
    openCount: row.open,
  }));
}

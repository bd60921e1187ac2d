import { Client } from 'pg';
import type { Ledger } from '../../src/ledger/createLedger';
import type { LaneLease, LedgerSettlement } from '../../src/ledger/ledger';
import {
  entryOf,
  leaseLane,
  operationOf,
  settlementIn,
  sign,
  startTestLedger,
  type TestLedger,
} from '../support/testLedger';

/**
 * A zombie that journals against one that proves it cannot: whichever is first, never both. Each side is another worker's
 * ledger, so another connection.
 */
let own: TestLedger;
let zombie: Ledger;
let prover: Ledger;
beforeAll(async () => {
  own = await startTestLedger();
  [zombie, prover] = [own.another({ poolSize: 8 }), own.another({ poolSize: 8 })];
});
afterAll(() => own.close());

interface Race {
  readonly from: 'BURNED' | 'PROCESSING';
  readonly kind: 'Mint' | 'Burn';
  /** Whether the proof was given. */
  readonly prove: (by: Ledger, settlement: LedgerSettlement) => Promise<boolean>;
  /** The same on a connection whose transaction stays open. */
  readonly proveSql: string;
}

const races: readonly [string, Race][] = [
  [
    'markNoMint and a mint',
    {
      from: 'BURNED',
      kind: 'Mint',
      prove: (by, { owner }) => by.markNoMint({ owner, attempt: 0 }),
      proveSql: `select ledger.mark_no_mint($1, $2, $3, 0) as outcome`,
    },
  ],
  [
    'failUnburned and a burn',
    {
      from: 'PROCESSING',
      kind: 'Burn',
      async prove(by, { owner }) {
        const why = { errorCode: 'CANCELLED', errorMessage: '' } as const;
        return (
          (await by.failUnburned({ owner, attempt: 0, seenHashes: [], ...why, requireEpoch: true })).outcome ===
          'failed'
        );
      },
      proveSql: `select outcome from ledger.fail_unburned($1, $2, $3, 0, '{}', 'CANCELLED', '', true)`,
    },
  ],
];

describe.each(races)('%s', (_, { from, kind, prove, proveSql }) => {
  const lanes: LaneLease[] = [];
  beforeAll(async () => {
    for (let n = 0; n < 8; n++) {
      const of = `0x${kind === 'Mint' ? 'b' : 'a'}${n.toString().padStart(39, '0')}` as const;
      lanes.push(await leaseLane(own.ledger, { of }));
    }
  });
  const flush = (settlement: LedgerSettlement, n = 0) =>
    zombie.flush(lanes[n % lanes.length] as LaneLease, [operationOf(settlement, kind)], sign);

  it('in the one order: the proof is refused', async () => {
    const settlement = await settlementIn(own.ledger, from);
    let proved: Promise<boolean> | undefined;
    const signing = zombie.flush(lanes[0] as LaneLease, [operationOf(settlement, kind)], async (nonce) => {
      proved = prove(prover, settlement);
      await untilWaiting();
      return sign(nonce);
    });
    expect((await signing).accepted).toHaveLength(1);
    expect(await proved).toBe(false);
  });

  it('in the other order: nothing is journaled', async () => {
    const settlement = await settlementIn(own.ledger, from);
    const { settlementId, runId, fence } = settlement.owner;
    const client = new Client(own.url);
    await client.connect();
    await client.query('begin');
    const { rows } = await client.query(proveSql, [settlementId, runId, fence]);
    expect(rows).toEqual([{ outcome: kind === 'Mint' ? 'marked' : 'failed' }]);
    const flushing = flush(settlement);
    await untilWaiting();
    await client.query('commit');
    await client.end();
    expect(await flushing).toMatchObject({
      transaction: null,
      refused: [{ reason: kind === 'Mint' ? 'noMintMark' : 'status' }],
    });
  });

  it('truly at once, a thousand times: exactly one of the two', async () => {
    const rounds = 1_000;
    const settlements = await manyIn(from, rounds);
    let [journaled, proved] = [0, 0];
    // Eight lanes side by side; in each round both sides set off together, the one or the other a hair earlier.
    await Promise.all(
      lanes.map(async (__, lane) => {
        for (let n = lane; n < rounds; n += lanes.length) {
          const settlement = settlements[n] as LedgerSettlement;
          const both: [Promise<{ accepted: readonly unknown[] }>, Promise<boolean>] =
            Math.random() < 0.5
              ? [flush(settlement, n), prove(prover, settlement)]
              : (([p, f]) => [f, p])([prove(prover, settlement), flush(settlement, n)] as const);
          const [{ accepted }, isProved] = await Promise.all(both);
          if ((accepted.length === 1) === isProved)
            throw new Error(`round ${n}: journaled ${accepted.length}, proved ${isProved}`);
          if (isProved) proved++;
          else journaled++;
        }
      }),
    );
    expect(journaled + proved).toBe(rounds);
    // A race that one side always wins is none.
    expect(Math.min(journaled, proved)).toBeGreaterThan(rounds / 50);
    const [both] = await own.query<{ count: string }>(
      kind === 'Mint'
        ? `select count(*) from ledger.attempts a where no_mint_mark and exists (select 1 from ledger.transaction_operations o
             where o.settlement_id = a.settlement_id and o.attempt = a.attempt and o.kind = 'Mint')`
        : `select count(*) from ledger.settlements s where status = 'FAILED' and exists (select 1 from ledger.transaction_operations o
             where o.settlement_id = s.settlement_id and o.kind = 'Burn')`,
    );
    expect(both?.count).toBe('0');
  });
});

async function manyIn(status: Race['from'], count: number): Promise<LedgerSettlement[]> {
  const entered: LedgerSettlement[] = [];
  for (let n = 0; n < count; n += 100) {
    entered.push(...(await Promise.all(Array.from({ length: 100 }, () => zombie.enter(entryOf())))));
  }
  if (status === 'BURNED') {
    for (const to of ['BURNING', 'BURNED'] as const) {
      await own.ledger.advanceAll(entered.map(({ owner }) => ({ owner, attempt: 0, to })));
    }
  }
  return entered;
}

/** Resolves when a session of the database waits for a lock. */
async function untilWaiting(): Promise<void> {
  for (;;) {
    const [row] = await own.query<{ waiting: boolean }>(
      `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waiting`,
    );
    if (row?.waiting) return;
  }
}

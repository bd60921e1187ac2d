import { checkers } from '../chaos/checkers';
import { readLedger } from '../chaos/checkers/readLedger';
import type { World } from '../chaos/checkers/world';
import type { Step } from '../../src/ledger/ledger';
import { leaseLane, operationOf, settlementIn, sign, startTestLedger, type TestLedger } from '../support/testLedger';

/** The chaos suite's checkers read the tables by themselves: that they read them as they are is seen on a real ledger. */
describe("the checkers' reading of the ledger", () => {
  let own: TestLedger;
  beforeAll(async () => {
    own = await startTestLedger();
    const entered = await settlementIn(own.ledger, 'PROCESSING');
    const { owner } = entered;
    const lane = await leaseLane(own.ledger);
    const to = (status: Step['to'], facts: Step['facts'] = {}): Step => ({ owner, attempt: 0, to: status, facts });
    await own.ledger.flush(lane, [operationOf(entered, 'Burn')], sign);
    await own.ledger.advance(to('BURNED', { burnTxHash: `0x${'b'.repeat(64)}` }));
    await own.ledger.flush(lane, [operationOf(entered, 'Mint')], sign);
    await own.ledger.advance([to('MINTED', { mintTxHash: `0x${'c'.repeat(64)}` }), to('COMPLETED')]);
    await settlementIn(own.ledger, 'FAILED');
  });
  afterAll(() => own.close());

  async function findings(invariant: string): Promise<string> {
    const world: World = {
      chains: [],
      ledger: await readLedger(own.url),
      ...{
        runs: null,
        starts: [],
        forgottenIds: new Set(),
        rerunIds: new Set(),
        foreignHashes: new Set(),
        laneSigners: [],
        leaseSamples: [],
        headSamples: [],
        toldSamples: [],
        confirmations: null,
      },
    };
    const found = checkers.find((checker) => checker.invariant === invariant)?.check(world);
    return typeof found === 'object' ? found.join('\n') : `${invariant} could not look`;
  }

  /** As a thief with the database's own password could: past every trigger. */
  async function tamper(sql: string): Promise<void> {
    await own.query(`set session_replication_role = replica; ${sql}; set session_replication_role = origin`);
  }

  test('finds every table, column and hash of an honest one', async () => {
    const ledger = await readLedger(own.url);
    expect(ledger.settlements.map(({ status }) => status).sort()).toEqual(['COMPLETED', 'FAILED']);
    expect(ledger.events).toHaveLength(7 + 3);
    expect(ledger.attempts.filter(({ mintJournaled }) => mintJournaled)).toHaveLength(1);
    expect(ledger.transactions.map(({ nonce, operations }) => [nonce, operations.map(({ kind }) => kind)])).toEqual([
      [0, ['Burn']],
      [1, ['Mint']],
    ]);
    expect(ledger.leases).toMatchObject([{ holder: 'worker-1', fence: 1 }]);
    expect(Math.abs(Date.now() - (ledger.transactions[0]?.createdAtMs ?? 0))).toBeLessThan(60_000);
    expect(await findings('I7')).toBe('');
    expect(await findings('I9')).toBe('');
    expect(await findings('I11')).toBe('');
  });

  test('sees an event edited behind the triggers', async () => {
    await tamper('update ledger.settlement_events set facts = facts || \'{"x": 1}\' where seq = 2');
    expect(await findings('I9')).toMatch(/seq 2: its hash is not that of what it says/);
    await tamper("update ledger.settlement_events set facts = facts - 'x' where seq = 2");
    expect(await findings('I9')).toBe('');
  });

  test('sees a row edited behind its events, a stale fence, and settlements that no chain knows', async () => {
    await tamper("update ledger.settlements set compensated = true where status = 'FAILED'");
    await tamper('update ledger.transactions set lane_fence = 9 where nonce = 0');
    expect(await findings('I9')).toMatch(/compensated is true, its last event says false/);
    expect(await findings('I11')).toMatch(/nonce 1 was journaled under fence 1 after fence 9/);
    expect(await findings('I8')).toMatch(/COMPLETED, and nothing of it is on chain/);
  });
});

import type { ChainDesk, Dependencies } from '../../../src/activities/dependencies';
import { endUnburned } from '../../../src/activities/endUnburned';
import { PermanentError } from '../../../src/domain/errors';
import { identityOf } from '../../../src/domain/fingerprint';
import type { SettlementStatus } from '../../../src/domain/status';
import type { Ledger } from '../../../src/ledger/createLedger';
import type { JournaledTransaction, LedgerSettlement } from '../../../src/ledger/ledger';
import { anOrder } from '../domain/orders';
import { createFakeChain, createFakeLanes, gateway, slotOf, transactionOf } from '../lanes/fakeChain';

/*
 * How a burn may end without one. Chain and ledger are fakes here because each case needs what was signed, what is final and what
 * the ledger answers at one exact moment; test/integration has the same on real ones.
 */

const identity = identityOf(anOrder, gateway);
const reason = new PermanentError('UNKNOWN_CHAIN', 'chain 31338 is not configured');

interface World {
  readonly row?: null | {
    readonly status?: SettlementStatus;
    readonly runId?: string;
    readonly fingerprint?: `0x${string}`;
  };
  readonly journaled?: readonly JournaledTransaction[];
  readonly knowsSource?: boolean;
  readonly state?: 'None' | 'Burned';
  readonly timestamp?: bigint;
  readonly outcome?: 'failed' | 'journaled' | 'epoch';
}

/** What the ledger was asked to write, or the error. */
async function end(world: World): Promise<unknown> {
  const fake = createFakeChain({ confirmations: 1, fingerprint: identity.fingerprint });
  const orderHash = identity.fingerprint.slice(0, 62) as `0x${string}`;
  fake.mine({ slot: { ...slotOf(world.state ?? 'None'), orderHash }, timestamp: world.timestamp ?? 1_000n });
  const { status = 'BURNING', runId = 'run-1', fingerprint = identity.fingerprint } = world.row ?? {};
  const row = {
    record: { status, attempt: 0 },
    fingerprint,
    owner: { settlementId: anOrder.settlementId, runId, fence: 1 },
  } as LedgerSettlement;
  const written: unknown[] = [];
  const ledger: Partial<Ledger> = {
    find: async () => (world.row === null ? undefined : row),
    transactionsOf: async () => world.journaled ?? [],
    failUnburned: async ({ seenHashes, requireEpoch, errorCode }) => {
      written.push({ seenHashes, requireEpoch, errorCode });
      return { outcome: world.outcome ?? 'failed', settlement: row, hashes: [] };
    },
  };
  const lanes = createFakeLanes(fake.chain);
  const desk: ChainDesk = { chain: fake.chain, settler: lanes, refunder: lanes, reverser: null };
  const deps: Dependencies = {
    desks: world.knowsSource === false ? [] : [desk],
    ledger: ledger as Ledger,
    epoch: 0,
    orderBounds: { minValidityMs: 0, maxValidityMs: 1 },
    sendAlert: () => Promise.reject(new Error('nobody alerts here')),
  };
  return endUnburned(deps, anOrder, 'run-1', reason).then(
    () => written,
    (error: unknown) => error,
  );
}

const held = { code: 'OUTCOME_UNKNOWN', retryable: true };

describe('a burn that cannot go on', () => {
  it('is written FAILED when nothing was ever signed for it, on the word of the journal of its epoch', async () => {
    expect(await end({})).toEqual([{ seenHashes: [], requireEpoch: true, errorCode: 'UNKNOWN_CHAIN' }]);
  });

  it('is written FAILED when its time is over on chain, whatever the journal knows', async () => {
    const journaled = [transactionOf(7)];
    expect(await end({ journaled, timestamp: anOrder.validBefore })).toEqual([
      { seenHashes: [transactionOf(7).hash], requireEpoch: false, errorCode: 'UNKNOWN_CHAIN' },
    ]);
  });

  it.each<[string, World]>([
    ['what was signed for it may still land', { journaled: [transactionOf(7)] }],
    ['it stands', { state: 'Burned', journaled: [transactionOf(7)] }],
    ['the source chain is not known to this worker', { knowsSource: false }],
    ['something was journaled since it was looked at', { outcome: 'journaled' }],
    ['the journal is not of its epoch', { outcome: 'epoch' }],
  ])('is held while %s', async (_why, world) => {
    expect(await end(world)).toMatchObject(held);
  });

  it("is another run's to end where another drives it", async () => {
    expect(await end({ row: { runId: 'run-2' } })).toMatchObject({ code: 'OWNERSHIP_LOST', retryable: true });
  });

  it.each<[string, World]>([
    ['it never entered the ledger', { row: null, knowsSource: false }],
    ["the id is another order's", { row: { fingerprint: `0x${'cd'.repeat(32)}` } }],
    ['it says so already', { row: { status: 'FAILED' } }],
  ])('leaves the ledger as it is when %s', async (_why, world) => {
    expect(await end(world)).toEqual([]);
  });
});

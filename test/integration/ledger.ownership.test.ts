import type { Dependencies } from '../../src/activities/dependencies';
import { ownedSettlement } from '../../src/activities/ownedSettlement';
import type { Pace } from '../../src/lanes/pace';
import type { LedgerSettlement } from '../../src/ledger/ledger';
import { settlementKeyOf } from '../../src/domain/fingerprint';
import type { SettlementStatus } from '../../src/domain/status';
import { digest, orderOf, settlementIn, startTestLedger, type TestLedger } from '../support/testLedger';

/** What a step past the burn finds in a real ledger. The step itself is left out: only its run and when it was scheduled count. */
describe('the settlement that a run drives', () => {
  let own: TestLedger;
  beforeAll(async () => {
    own = await startTestLedger();
  });
  afterAll(() => own.close());

  const enteredAtMs = 1_700_000_000_000;
  const ask = ({ order, fingerprint }: LedgerSettlement, runId: string, scheduledAtMs = enteredAtMs + 1) => {
    const execution = { runId, activityId: '1', attempt: 1, scheduledAtMs };
    const identity = { fingerprint, settlementKey: settlementKeyOf(order.settlementId) };
    return ownedSettlement({ ledger: own.ledger } as Dependencies, order, identity, { execution } as Pace);
  };

  test.each<SettlementStatus>(['BURNED', 'MINTING', 'MINTED', 'COMPENSATING', 'COMPLETED'])(
    'is handed over in %s to a later run, where it stands; the earlier one writes nothing more',
    async (status) => {
      const standing = await settlementIn(own.ledger, status, { runId: 'run-1', scheduledAtMs: enteredAtMs });
      expect((await ask(standing, 'run-1')).owner).toEqual(standing.owner);

      const taken = await ask(standing, 'run-2');
      expect(taken.record).toEqual({ ...standing.record, updatedAt: expect.any(String) });
      expect(taken).toMatchObject({ owner: { runId: 'run-2' }, epoch: standing.epoch });
      expect(taken.owner.fence).toBeGreaterThan(standing.owner.fence);
      const again = { owner: standing.owner, attempt: 0, to: status };
      await expect(own.ledger.advance(again)).rejects.toMatchObject({ code: 'OWNERSHIP_LOST' });
      await expect(ask(standing, 'run-1', enteredAtMs)).rejects.toMatchObject({ code: 'OWNERSHIP_LOST' });
    },
  );

  it('stays with the run that failed it: only a retry lifts that', async () => {
    const failed = await settlementIn(own.ledger, 'FAILED', { scheduledAtMs: enteredAtMs });
    await expect(ask(failed, 'run-2')).rejects.toMatchObject({ code: 'OWNERSHIP_LOST', retryable: true });
    expect(await own.ledger.find(failed.order.settlementId)).toEqual(failed);
  });

  it('is not that of another order under its id', async () => {
    const standing = await settlementIn(own.ledger, 'MINTING', { scheduledAtMs: enteredAtMs });
    const other = { ...standing, fingerprint: digest('another order') };
    await expect(ask(other, 'run-2')).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(await own.ledger.find(standing.order.settlementId)).toEqual(standing);
  });

  it('has to be in the ledger', async () => {
    const unknown = { order: orderOf(), fingerprint: digest('unknown') } as LedgerSettlement;
    await expect(ask(unknown, 'run-2')).rejects.toMatchObject({ code: 'LEDGER_BEHIND', retryable: true });
  });
});

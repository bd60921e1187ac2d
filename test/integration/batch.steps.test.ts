import { MockActivityEnvironment } from '@temporalio/testing';
import { randomUUID } from 'node:crypto';
import { burnBatch } from '../../src/activities/batch/burnBatch';
import { mintBatch } from '../../src/activities/batch/mintBatch';
import { createDependencies, type WorkerDependencies } from '../../src/createDependencies';
import type { BatchRequest } from '../../src/domain/batch';
import type { SignedOrder } from '../../src/domain/order';
import { createLedger, type Ledger } from '../../src/ledger/createLedger';
import { migrateLedger } from '../../src/ledger/migrateLedger';
import { createLogger } from '../../src/observability/createLogger';
import { checkInvariants } from '../support/checkInvariants';
import { startTestStack, type TestStack } from '../support/testStack';

/** What a batch's steps do with whom the chains keep back, one execution after the other: real chains, lanes and ledger, no workflow. */
describe("a batch's steps", () => {
  const mintWindowMs = 60_000;
  let stack: TestStack;
  let ledger: Ledger;
  let deps: WorkerDependencies;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs }); // and no worker: nobody else takes a step
    await migrateLedger(stack.databaseUrl);
    ledger = createLedger({ databaseUrl: stack.databaseUrl });
    deps = await createDependencies(stack.config, ledger, createLogger('silent'));
  });
  afterAll(async () => {
    await deps.close();
    await ledger.close();
    await stack.close();
  });
  afterEach(() => checkInvariants(stack.chains, stack.databaseUrl));

  const submit = async (
    ...amounts: readonly bigint[]
  ): Promise<{ batch: readonly SignedOrder[]; all: BatchRequest }> => {
    const batch = await Promise.all(amounts.map((amount) => stack.sign({ amount })));
    const batchId = `batch-${randomUUID()}`;
    await stack.client.submitBatch(batchId, batch);
    return { batch, all: { batchId, from: 0, to: batch.length, except: [] } };
  };
  /** One execution, of an activity that was scheduled so long ago. */
  const execute = <T>(step: () => Promise<T>, scheduledAgoMs = 0): Promise<T> =>
    new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - scheduledAgoMs }).run(step);
  const statusesOf = async (batch: readonly SignedOrder[]) => {
    const rows = await ledger.findMany(batch.map(({ order }) => order.settlementId));
    return batch.map(
      ({ order }) => rows.find(({ record }) => record.settlementId === order.settlementId)?.record.status,
    );
  };

  test('burn as many as fit in what is left of a limit; the others wait, and those that are burned are minted meanwhile', async () => {
    const { batch, all } = await submit(6n, 5n, 4n);
    await stack.alder.leaveBurns(10n);
    expect(await execute(() => burnBatch(deps, all))).toEqual({ stragglers: [], later: [1] });
    expect(await statusesOf(batch)).toEqual(['BURNED', 'PROCESSING', 'BURNED']);
    expect(await execute(() => mintBatch(deps, { ...all, except: [1] }))).toEqual({ stragglers: [], later: [] });
    expect(await statusesOf(batch)).toEqual(['COMPLETED', 'PROCESSING', 'COMPLETED']);

    await expect(execute(() => burnBatch(deps, all))).rejects.toMatchObject({
      code: 'TRANSIENT_REFUSAL',
      message: expect.stringContaining('1 of a batch cannot be burned now'),
    });
    await stack.alder.leaveBurns(1_000_000_000n);
    expect(await execute(() => burnBatch(deps, all))).toEqual({ stragglers: [], later: [] });
    expect(await execute(() => mintBatch(deps, all))).toEqual({ stragglers: [], later: [] });
    expect(await statusesOf(batch)).toEqual(batch.map(() => 'COMPLETED'));
  });

  test('an execution that was cut off after its burns does not keep them from their mints', async () => {
    const { all } = await submit(6n, 5n);
    await stack.alder.leaveBurns(6n);
    await execute(() => burnBatch(deps, all));
    expect(await execute(() => burnBatch(deps, all))).toEqual({ stragglers: [], later: [1] });
    await stack.alder.leaveBurns(1_000_000_000n);
  });

  test('mints wait for a paused destination as long as a single one is waited for; then each goes on alone', async () => {
    const { batch, all } = await submit(1n, 2n);
    await execute(() => burnBatch(deps, all));
    await stack.birch.pauseAll(true);
    await expect(execute(() => mintBatch(deps, all))).rejects.toMatchObject({ code: 'TRANSIENT_REFUSAL' });
    expect(await execute(() => mintBatch(deps, all), mintWindowMs + 1)).toEqual({
      stragglers: [0, 1].map((position) => ({ position, code: 'TRANSIENT_REFUSAL' })),
      later: [],
    });
    expect(await statusesOf(batch)).toEqual(['BURNED', 'BURNED']);
    await stack.birch.pauseAll(false);
    expect(await execute(() => mintBatch(deps, all))).toEqual({ stragglers: [], later: [] });
    expect(await statusesOf(batch)).toEqual(['COMPLETED', 'COMPLETED']);
  });
});

import { randomUUID } from 'node:crypto';
import { batchRunIdOf, batchWorkflowType } from '../../src/domain/batch';
import type { SignedOrder } from '../../src/domain/order';
import type { GuardedProcess } from '../../src/local/startGuard';
import { withDatabase } from '../chaos/readRows';
import { checkInvariants } from '../support/checkInvariants';
import { startTestStack, type TestStack } from '../support/testStack';

/** Many settlements in one workflow, on real chains, a real server, a real ledger and real worker processes. */
describe('batches', () => {
  let stack: TestStack;
  let worker: GuardedProcess;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    worker = await stack.startWorker();
  });
  afterAll(() => stack.close());
  afterEach(async () => {
    await checkInvariants(stack.chains, stack.databaseUrl);
  });

  const newBatchId = () => `batch-${randomUUID()}`;
  const signMany = (count: number): Promise<SignedOrder[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => stack.sign({ amount: BigInt(index + 1) })));
  const ended = (batchId: string) => stack.handle(batchRunIdOf(batchId)).result();
  const hasOwnRun = async ({ order }: SignedOrder): Promise<boolean> =>
    stack
      .handle(order.settlementId)
      .describe()
      .then(
        () => true,
        () => false,
      );
  const statusesOf = (batch: readonly SignedOrder[]) =>
    Promise.all(batch.map(async ({ order }) => (await stack.client.get(order.settlementId)).status));

  test('burns and mints all of them, in a few transactions and without a run of their own', async () => {
    const { client, alder, birch, databaseUrl } = stack;
    const [batchId, batch] = [newBatchId(), await signMany(250)];
    const before = { alice: await alder.balanceOf('alice'), bob: await birch.balanceOf('bob') };
    const transactions = await countTransactions(databaseUrl);

    expect(await client.submitBatch(batchId, batch)).toEqual({ batchId, size: 250, created: true });
    expect(await ended(batchId)).toMatchObject({ size: 250, burned: 250, completed: 250, left: 0 });

    const sum = (250n * 251n) / 2n;
    expect(await alder.balanceOf('alice')).toBe(before.alice - sum);
    expect(await birch.balanceOf('bob')).toBe(before.bob + sum);
    expect(await client.batch(batchId)).toMatchObject({ statuses: { COMPLETED: 250 }, conflicts: 0, run: 'COMPLETED' });
    expect((await countTransactions(databaseUrl)) - transactions).toBeLessThanOrEqual(12);
    const [first] = batch as [SignedOrder];
    expect(await hasOwnRun(first)).toBe(false);
    const record = await client.get(first.order.settlementId);
    expect(await alder.receiptStatus(record.burnTxHash)).toBe('success');
    expect(await birch.receiptStatus(record.mintTxHash)).toBe('success');
  });

  // The server misses a dead worker's heartbeats after a minute; the last test sees what became of it.
  let struck: { readonly batchId: string; readonly before: bigint };
  test('a worker is killed in the middle of a batch, and another one started', async () => {
    const { client, birch } = stack;
    const batch = await Promise.all(
      Array.from({ length: 600 }, (_, index) => stack.sign({ amount: BigInt(index + 1), recipient: 'carol' })),
    );
    struck = { batchId: newBatchId(), before: await birch.balanceOf('carol') };
    await client.submitBatch(struck.batchId, batch);
    const isHalfWay = async () => {
      const { BURNED = 0, MINTING = 0, COMPLETED = 0 } = (await client.batch(struck.batchId)).statuses;
      return BURNED + MINTING > 0 && COMPLETED < 600;
    };
    await stack.until(isHalfWay);
    worker.kill('SIGKILL');
    await worker.exited;
    expect(await isHalfWay()).toBe(true);
    worker = await stack.startWorker();
  });

  test('the same batch again, and each of its orders alone, get the standing answer; other orders under its id are refused', async () => {
    const { client } = stack;
    const [batchId, batch] = [newBatchId(), await signMany(3)];
    await client.submitBatch(batchId, batch);
    await ended(batchId);
    expect(await client.submitBatch(batchId, batch)).toMatchObject({ created: false });
    const [first, ...others] = batch as [SignedOrder, ...SignedOrder[]];
    expect(await client.start(first)).toMatchObject({ created: false, record: { status: 'COMPLETED' } });
    await expect(client.submitBatch(batchId, others)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    const inAnother = newBatchId();
    await client.submitBatch(inAnother, batch);
    expect(await ended(inAnother)).toMatchObject({ left: 0 });
    for (const { order } of batch) expect(await stack.operationsOf(order.settlementId)).toHaveLength(2);
  });

  test('who cannot go straight on leaves it and is settled or refused alone; the others do not wait for them', async () => {
    const { client, alder } = stack;
    const [batchId, good] = [newBatchId(), await signMany(4)];
    const before = await alder.balanceOf('alice');
    const poor = await stack.sign({ amount: 99_999_999_000_000n });
    const forged = await stack.sign({ signer: 'bob' });
    const refusedThere = await stack.sign({ recipient: 'mallory' });
    const standing = await stack.sign({});
    await client.start(standing);
    await client.result(standing.order.settlementId);
    const other = await stack.sign({ settlementId: standing.order.settlementId, amount: 5n });
    const batch = [poor, ...good, forged, refusedThere, other];
    await client.submitBatch(batchId, batch);
    expect(await ended(batchId)).toMatchObject({ completed: 4, left: 4 });

    expect(await client.result(poor.order.settlementId)).toMatchObject({
      status: 'FAILED',
      errorCode: 'INSUFFICIENT_FUNDS',
    });
    expect(await client.result(forged.order.settlementId)).toMatchObject({
      status: 'FAILED',
      errorCode: 'SIGNATURE_INVALID',
    });
    expect(await client.result(refusedThere.order.settlementId)).toMatchObject({ status: 'FAILED', compensated: true });
    expect(await statusesOf(good)).toEqual(good.map(() => 'COMPLETED'));
    expect(await client.batch(batchId)).toMatchObject({ conflicts: 1, statuses: { COMPLETED: 4, FAILED: 3 } });
    expect(await alder.balanceOf('alice')).toBe(before - 1_000_000n - 10n);
  });

  test('the same id submitted alone while the batch holds it is one settlement, and leaves the batch', async () => {
    const { client, birch } = stack;
    const [batchId, batch] = [newBatchId(), await signMany(3)];
    await birch.pauseAll(true);
    await stack.alder.pauseNew(true); // so that the batch has it, and nothing is burned
    await client.submitBatch(batchId, batch);
    await stack.until(async () => (await client.batch(batchId)).statuses.PROCESSING === 3);
    const [first] = batch as [SignedOrder];
    await client.start(first);
    const isAlone = async () => (await driverOf(stack.databaseUrl, first)) !== batchRunIdOf(batchId);
    await stack.until(isAlone);
    const tries = await stack.pendingAttempts(batchRunIdOf(batchId));
    await stack.until(async () => (await stack.pendingAttempts(batchRunIdOf(batchId))) > tries + 1);
    expect(await isAlone()).toBe(true); // the batch has looked again, and took nothing back
    await stack.alder.pauseNew(false);
    await birch.pauseAll(false);
    expect(await client.result(first.order.settlementId)).toMatchObject({ status: 'COMPLETED', attempt: 0 });
    await ended(batchId);
    expect(await statusesOf(batch)).toEqual(batch.map(() => 'COMPLETED'));
    for (const { order } of batch) expect(await stack.operationsOf(order.settlementId)).toHaveLength(2);
  });

  test('what a terminated batch left is adopted by the reconciliation, one by one', async () => {
    const { client, birch } = stack;
    const [batchId, batch] = [newBatchId(), await signMany(3)];
    await birch.pauseAll(true);
    await client.submitBatch(batchId, batch);
    await stack.until(async () => (await client.batch(batchId)).statuses.PROCESSING === 3);
    // While it runs they are not orphans.
    expect(await client.reconcile()).toMatchObject({ adopted: 0 });
    await stack.handle(batchRunIdOf(batchId)).terminate('an operator slipped');
    await birch.pauseAll(false);
    await stack.until(async () => (await client.reconcile()).adopted > 0 || (await hasOwnRun(batch[0] as SignedOrder)));
    for (const { order } of batch) {
      expect(await client.result(order.settlementId)).toMatchObject({ status: 'COMPLETED' });
    }
  });

  test('a submission that was cut off is completed by the next; a batch with a bad order writes nothing', async () => {
    const { client } = stack;
    const [batchId, batch] = [newBatchId(), await signMany(3)];
    const [first] = batch as [SignedOrder];
    await expect(client.submitBatch(batchId, [...batch, first])).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('order 4'),
    });
    await expect(client.batch(batchId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const more = await signMany(501); // one more than is kept at once
    const cutOff = client.submitBatch(batchId, more, () => {
      throw new Error('the client died');
    });
    await expect(cutOff).rejects.toThrow('the client died');
    expect(await client.batch(batchId)).toMatchObject({ size: 501, statuses: { PENDING: 500 } });
    expect(await client.submitBatch(batchId, more)).toMatchObject({ created: true });
    expect(await ended(batchId)).toMatchObject({ completed: 501 });
  });

  test('a raw start under another id, or of no batch, drives nothing', async () => {
    const start = (workflowId: string, ...args: unknown[]) =>
      stack.temporal.workflow.execute(batchWorkflowType, {
        workflowId,
        taskQueue: stack.config.temporal.taskQueue,
        args,
      });
    await expect(start(`batch/${randomUUID()}`, 'another', { size: 1 })).rejects.toMatchObject({
      cause: { type: 'BAD_REQUEST' },
    });
    const nobodys = newBatchId();
    await expect(start(batchRunIdOf(nobodys), nobodys, { size: 1 })).rejects.toMatchObject({
      cause: { cause: { type: 'NOT_FOUND' } },
    });
  });

  test('of the batch whose worker was killed nothing is lost or doubled', async () => {
    const { client, birch } = stack;
    await ended(struck.batchId);
    await stack.until(async () => (await client.batch(struck.batchId)).statuses.COMPLETED === 600);
    expect(await birch.balanceOf('carol')).toBe(struck.before + (600n * 601n) / 2n);
  }, 120_000);
});

/** The run that the ledger has for a settlement's owner. */
async function driverOf(databaseUrl: string, { order }: SignedOrder): Promise<string | undefined> {
  return withDatabase(databaseUrl, async (client) => {
    const sql = 'select owner_run_id as "runId" from ledger.settlements where settlement_id = $1';
    return (await client.query<{ runId: string }>(sql, [order.settlementId])).rows[0]?.runId;
  });
}

/** Journaled transactions of all lanes. */
async function countTransactions(databaseUrl: string): Promise<number> {
  return withDatabase(databaseUrl, async (client) => {
    const sql = 'select count(*)::integer as count from ledger.transactions';
    return (await client.query<{ count: number }>(sql)).rows[0]?.count ?? 0;
  });
}

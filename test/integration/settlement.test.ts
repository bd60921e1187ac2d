import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { MockActivityEnvironment } from '@temporalio/testing';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mint } from '../../src/activities/mint';
import { refund } from '../../src/activities/refund';
import { reverseMint } from '../../src/activities/reverseMint';
import { databaseUrlOf, readEnvironment } from '../../src/config';
import { createDependencies } from '../../src/createDependencies';
import { fingerprintOf, identityOf } from '../../src/domain/fingerprint';
import { parseOrder } from '../../src/domain/parseOrder';
import { createLedger } from '../../src/ledger/createLedger';
import { createLogger } from '../../src/observability/createLogger';
import { leaseLane } from '../support/testLedger';
import { devAccounts } from '../../src/local/devAccounts';
import { findTemporalServer } from '../../src/local/findTemporalServer';
import { checkInvariants } from '../support/checkInvariants';
import { startTestStack, type TestStack } from '../support/testStack';

/** The paths a settlement can take when nothing breaks but the destination's mood. Real chains, real server, real worker process. */
describe('settlements on real chains', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    await stack.startWorker();
  });
  afterAll(() => stack.close());
  afterEach(async () => {
    await checkInvariants(stack.chains, stack.databaseUrl);
  });

  test('burns on the source, mints on the destination, and says so in one record', async () => {
    const { client, alder, birch } = stack;
    const before = { alice: await alder.balanceOf('alice'), bob: await birch.balanceOf('bob') };
    const signed = await stack.sign({ amount: 12_500_000n });

    const { created } = await client.start(signed);
    const record = await client.result(signed.order.settlementId);

    expect(created).toBe(true);
    expect(record).toMatchObject({
      status: 'COMPLETED',
      sourceChain: 'alder',
      destinationChain: 'birch',
      amount: '12500000',
      attempt: 0,
      compensated: false,
      needsOperator: false,
      errorCode: null,
    });
    expect(await alder.receiptStatus(record.burnTxHash)).toBe('success');
    expect(await birch.receiptStatus(record.mintTxHash)).toBe('success');
    expect(await alder.balanceOf('alice')).toBe(before.alice - 12_500_000n);
    expect(await birch.balanceOf('bob')).toBe(before.bob + 12_500_000n);
  });

  test('gives the holder the tokens back when the destination refuses, and goes through once it no longer does', async () => {
    const { client, alder, birch } = stack;
    const before = await alder.balanceOf('alice');
    const signed = await stack.sign({ recipient: 'mallory' });
    const { settlementId } = signed.order;

    await client.start(signed);
    const refused = await client.result(settlementId);
    expect(refused).toMatchObject({ status: 'FAILED', compensated: true, errorCode: 'MINT_REFUSED', attempt: 0 });
    expect(await alder.balanceOf('alice')).toBe(before);
    expect(await birch.slotOf(settlementId)).toMatchObject({ state: 'Cancelled', attempt: 0 });

    await birch.freeze('mallory', false);
    await client.retry(settlementId);
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED', attempt: 1 });
    expect(await alder.balanceOf('alice')).toBe(before - 1_000_000n);
    expect(await birch.slotOf(settlementId)).toMatchObject({ state: 'Minted', attempt: 1 });
    await birch.freeze('mallory', true);
  });

  test('a retry whose answer was lost is found again by its request id, and never becomes a second one', async () => {
    const { client } = stack;
    const signed = await stack.sign({ recipient: 'mallory' });
    const { settlementId } = signed.order;
    await client.start(signed);
    await client.result(settlementId);
    await Promise.all([client.retry(settlementId, 'request-1'), client.retry(settlementId, 'request-1')]);
    expect(await client.result(settlementId)).toMatchObject({ status: 'FAILED', attempt: 1 });
    expect(await client.retry(settlementId, 'request-1')).toMatchObject({ status: 'FAILED', attempt: 1 });
    expect(await stack.operationsOf(settlementId)).toHaveLength(6); // burn, tombstone, refund; twice
  });

  test('no key of ours stands in a history or in what the worker says', async () => {
    const { client } = stack;
    const signed = await stack.sign({ recipient: 'mallory' });
    await client.start(signed);
    await client.result(signed.order.settlementId);
    const history = historyToJSON(await stack.handle(signed.order.settlementId).fetchHistory());
    const said = `${JSON.stringify(history)}\n${stack.workerLines.join('\n')}`;
    expect(stack.workerLines.length).toBeGreaterThan(0);
    for (const { privateKey } of Object.values(devAccounts())) expect(said).not.toContain(privateKey.slice(2));
  });

  test("a burn that the ledger never knew of is not refunded on the ledger's silence: a tombstone first", async () => {
    const { client, alder, birch } = stack;
    const before = await alder.balanceOf('alice');
    const signed = await stack.sign({});
    const { settlementId } = signed.order;
    // As after a ledger was lost: on the chain, and in no row. A mint of it may be on its way.
    await alder.executeAs('settler', 'Burn', signed, 0);
    await client.start(signed);
    expect(await client.result(settlementId)).toMatchObject({
      status: 'FAILED',
      errorCode: 'MINT_REFUSED',
      compensated: true,
    });
    expect(await birch.slotOf(settlementId)).toMatchObject({ state: 'Cancelled', attempt: 0 });
    expect(await alder.balanceOf('alice')).toBe(before);
  });

  test('a late mint after the refund is refused by the slot', async () => {
    const { client, birch } = stack;
    const signed = await stack.sign({ recipient: 'mallory' });
    await client.start(signed);
    await client.result(signed.order.settlementId);
    const supply = await birch.totalSupply();

    await birch.freeze('mallory', false);
    await birch.executeAs('settler', 'Mint', signed, 0);

    expect(await birch.slotOf(signed.order.settlementId)).toMatchObject({ state: 'Cancelled' });
    expect(await birch.totalSupply()).toBe(supply);
    await birch.freeze('mallory', true);
  });

  test("no activity moves money on the workflow's word alone: each looks at the other chain itself", async () => {
    const { alder, birch } = stack;
    const signed = await stack.sign({});
    const { settlementId } = signed.order;
    const ledger = createLedger({ databaseUrl: databaseUrlOf(stack.config, readEnvironment()) });
    const deps = await createDependencies(stack.config, ledger, createLogger('silent'));
    const asked = { order: signed.order, attempt: 0 };
    const { context } = new MockActivityEnvironment();
    const alone = <T>(step: () => Promise<T>): Promise<T> => new MockActivityEnvironment().run(step);
    const { owner } = await ledger.enter({
      order: parseOrder(signed.order),
      fingerprint: fingerprintOf(parseOrder(signed.order), alder.config.gateway),
      sourceChain: 'alder',
      destinationChain: 'birch',
      runId: context.info.workflowExecution?.runId ?? context.info.activityId,
      scheduledAtMs: 1,
      mode: 'start',
      attempt: 0,
      signature: signed.signature,
      burnStands: false,
      knownEpoch: null,
    });
    const step = { owner, attempt: 0 };
    await ledger.advance([
      { ...step, to: 'BURNING' },
      { ...step, to: 'BURNED' },
    ]);

    // Nothing is burned: no mint.
    await expect(alone(() => mint(deps, asked))).rejects.toMatchObject({ code: 'AWAITING_FINALITY' });
    // Burned, and nothing keeps a mint from landing: no refund.
    await alder.executeAs('settler', 'Burn', signed, 0);
    // (A mint was journaled, and nobody knows what became of it: without that the ledger's own mark would be proof enough.)
    const identity = identityOf(parseOrder(signed.order), alder.config.gateway);
    const lane = await leaseLane(ledger, { chainId: birch.config.chainId });
    const operation = { ...identity, settlementId, kind: 'Mint', attempt: 0, owner } as const;
    const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
    await ledger.flush(lane, [operation], async () => ({ hash: `0x${'00'.repeat(32)}`, raw: '0x', ...fees }));
    await ledger.advance({ ...step, to: 'COMPENSATING' });
    const because = { code: 'MINT_REFUSED', message: 'a test' } as const;
    await expect(alone(() => refund(deps, { ...asked, because }))).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    // Minted, and the burn stands that pays for it: no reversal.
    await birch.executeAs('settler', 'Mint', signed, 0);
    const word = { by: 'olga', evidence: 'ticket 17' };
    await expect(alone(() => reverseMint(deps, { ...asked, ...word }))).rejects.toMatchObject({
      code: 'CONTRADICTION',
    });
    expect((await stack.operationsOf(settlementId)).map(({ kind }) => kind)).toEqual([0, 2]);
    await deps.close();
    await ledger.close();
  });

  test('twenty identical starts at once move the money once and get one answer', async () => {
    const { client } = stack;
    const signed = await stack.sign({});
    const started = await Promise.all(Array.from({ length: 20 }, () => client.start(signed)));

    expect(new Set(started.map(({ runId }) => runId)).size).toBe(1);
    expect(started.filter(({ created }) => created)).toHaveLength(1);
    expect(await client.result(signed.order.settlementId)).toMatchObject({ status: 'COMPLETED' });
    const ofThis = await stack.operationsOf(signed.order.settlementId);
    expect(ofThis.map(({ kind }) => kind)).toEqual([0, 2]);
  });

  test('the same id with another payload is a conflict: while it runs, after it ended, and after Temporal forgot it', async () => {
    const { client } = stack;
    const signed = await stack.sign({});
    const { settlementId } = signed.order;
    const other = await stack.sign({ settlementId, amount: 2_000_000n });
    const conflict = expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT' });

    await client.start(signed);
    await expect(client.start(other)).rejects.toEqual(conflict);
    const record = await client.result(settlementId);
    await expect(client.start(other)).rejects.toEqual(conflict);

    await stack.forget(settlementId);
    await expect(client.start(other)).rejects.toEqual(conflict);
    // The same order again: the ledger knows the answer, no run begins, and nothing moves.
    const { created, record: again } = await client.start(signed);
    expect(created).toBe(false);
    expect(again).toEqual({ ...record, createdAt: expect.any(String), updatedAt: expect.any(String) });
    expect(await client.result(settlementId)).toEqual(again);
    expect(await stack.operationsOf(settlementId)).toHaveLength(2);
    // Nor does a run that is begun past our client move anything.
    await stack.startRaw(settlementId, signed.order, signed.signature);
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED', mintTxHash: record.mintTxHash });
    expect(await stack.operationsOf(settlementId)).toHaveLength(2);
  });

  test('a refunded settlement that Temporal forgot stays refunded on a plain start', async () => {
    const { client, birch } = stack;
    const signed = await stack.sign({ recipient: 'mallory' });
    await client.start(signed);
    await client.result(signed.order.settlementId);
    await stack.forget(signed.order.settlementId);

    const { created, record } = await client.start(signed);
    expect(created).toBe(false);
    expect(record).toMatchObject({ status: 'FAILED', errorCode: 'MINT_REFUSED', compensated: true });
    expect(await stack.operationsOf(signed.order.settlementId)).toHaveLength(3); // burn, tombstone, refund; no second burn
    await stack.startRaw(signed.order.settlementId, signed.order, signed.signature);
    expect(await client.result(signed.order.settlementId)).toMatchObject({
      status: 'FAILED',
      errorCode: 'MINT_REFUSED',
    });
    expect(await stack.operationsOf(signed.order.settlementId)).toHaveLength(3);

    // Only a retry begins the next attempt, and the ledger has all that it needs.
    await stack.forget(signed.order.settlementId);
    await birch.freeze('mallory', false);
    await client.retry(signed.order.settlementId);
    expect(await client.result(signed.order.settlementId)).toMatchObject({ status: 'COMPLETED', attempt: 1 });
    await birch.freeze('mallory', true);
  });

  test('a terminated run is adopted by a retry, which burns nothing a second time', async () => {
    const { client, alder } = stack;
    await alder.pauseAll(true);
    const signed = await stack.sign({});
    const { settlementId } = signed.order;
    await client.start(signed);
    await stack.handle(settlementId).terminate('an operator slipped');
    await alder.pauseAll(false);

    await client.retry(settlementId);
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED' });
    expect(await stack.operationsOf(settlementId)).toHaveLength(2);
  });

  test('what a terminated run sent is in the ledger, so a burn that is refused ends the adopted settlement with a proof', async () => {
    const { client, alder } = stack;
    await alder.pauseAll(true);
    const signed = await stack.sign({});
    const { settlementId } = signed.order;
    await client.start(signed);
    await stack.handle(settlementId).terminate('an operator slipped');
    await alder.freeze('alice', true);
    await alder.pauseAll(false);

    await client.retry(settlementId);
    expect(await client.result(settlementId)).toMatchObject({ status: 'FAILED', errorCode: 'BURN_REFUSED' });
    await alder.freeze('alice', false);
    await client.retry(settlementId);
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED', attempt: 0 });
  });

  test('a paused source holds the settlement; a cancel then ends it clean, with nothing on either chain', async () => {
    const { client, alder } = stack;
    await alder.pauseNew(true);
    const signed = await stack.sign({});
    const { settlementId } = signed.order;
    await client.start(signed);
    await stack.until(async () => (await stack.pendingAttempts(settlementId)) >= 1);
    expect(await client.get(settlementId)).toMatchObject({ status: 'BURNING' });

    await client.cancel(settlementId);
    expect(await client.result(settlementId)).toMatchObject({
      status: 'FAILED',
      errorCode: 'CANCELLED',
      compensated: false,
    });
    expect(await stack.operationsOf(settlementId)).toHaveLength(0);
    await alder.pauseNew(false);

    await client.retry(settlementId);
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED', attempt: 0 });
  });

  test('`temporal workflow start` with a signed order works as well as the client, and its id is taken', async () => {
    const { client } = stack;
    const signed = await stack.sign({});
    const { settlementId } = signed.order;
    const { binary } = await findTemporalServer({ ...readEnvironment(), say: () => undefined });
    execFileSync(binary, [
      ...['workflow', 'start', '--address', stack.config.temporal.address, '--type', 'settlementWorkflow'],
      ...['--task-queue', stack.config.temporal.taskQueue, '--workflow-id', settlementId],
      ...['--input', JSON.stringify(signed.order), '--input', JSON.stringify(signed.signature)],
    ]);
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED' });

    expect(await client.start(signed)).toMatchObject({ created: false, record: { status: 'COMPLETED' } });
    const other = await stack.sign({ settlementId, amount: 2_000_000n });
    await expect(client.start(other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  test.each([
    ['no order at all', 'hello', 'BAD_REQUEST', /not a JSON object/],
    ['missing fields', { settlementId: '?' }, 'BAD_REQUEST', /lacks holder, recipient/],
    ["another settlement's id", 'another', 'ID_INVALID', /must be equal/],
  ])('a raw start with %s fails at once and says what is wrong', async (_what, input, code, message) => {
    const id = `raw-${randomUUID()}`;
    const order = input === 'another' ? (await stack.sign({})).order : input;
    await stack.startRaw(id, order, '0x00');
    await expect(stack.client.result(id)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('a raw start with a signature by somebody else fails and burns nothing', async () => {
    const signed = await stack.sign({ signer: 'bob' });
    await stack.startRaw(signed.order.settlementId, signed.order, signed.signature);
    const record = await stack.client.result(signed.order.settlementId);
    expect(record).toMatchObject({ status: 'FAILED', errorCode: 'SIGNATURE_INVALID', compensated: false });
    expect(await stack.operationsOf(signed.order.settlementId)).toHaveLength(0);
  });
});

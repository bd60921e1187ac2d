import type { SignedOrder } from '../../src/domain/order';
import { checkInvariants } from '../support/checkInvariants';
import { createAlertReceiver } from '../support/createAlertReceiver';
import { startTestStack, type TestStack } from '../support/testStack';

/** A settlement whose burn is in a block; not final unless one confirmation is enough. */
async function burnSeen(stack: TestStack): Promise<SignedOrder> {
  const signed = await stack.sign({});
  await stack.client.start(signed);
  await stack.until(async () => (await stack.alder.latestSlotOf(signed.order.settlementId)).state === 'Burned');
  return signed;
}

/** A settlement whose burn is final under two confirmations, and whose mint a paused destination keeps waiting. */
async function heldBeforeMint(stack: TestStack): Promise<SignedOrder> {
  const signed = await burnSeen(stack);
  await stack.birch.pauseAll(true);
  await stack.alder.mine(1);
  await stack.until(async () => (await stack.client.get(signed.order.settlementId)).status === 'MINTING');
  return signed;
}

/** What must not lose, double or strand money: killed workers, lost answers, halted and rewound chains. All of it caused for real. */
describe('faults on real chains', () => {
  let stack: TestStack;
  afterEach(async () => {
    await checkInvariants(stack.chains, stack.databaseUrl);
    await stack.close();
  });

  test('a worker killed after the burn and before the mint, and one killed with both in, each go on and move money once', async () => {
    // Finality comes when the test mines: so each settlement is caught exactly where it is wanted.
    stack = await startTestStack({ confirmations: 3, mintWindowMs: 300_000 });
    const { client, alder, birch } = stack;
    const worker = await stack.startWorker();
    const minting = await stack.sign({});
    await client.start(minting);
    await stack.until(async () => (await alder.latestSlotOf(minting.order.settlementId)).state === 'Burned');
    await alder.mine(3);
    await stack.until(async () => (await birch.latestSlotOf(minting.order.settlementId)).state === 'Minted');
    const burning = await stack.sign({});
    await client.start(burning);
    await stack.until(async () => (await alder.latestSlotOf(burning.order.settlementId)).state === 'Burned');

    worker.kill('SIGKILL');
    await worker.exited;
    await alder.mine(3);
    await birch.mine(3);
    await stack.startWorker();
    const stopMining = stack.keepMining();

    expect(await client.result(minting.order.settlementId)).toMatchObject({ status: 'COMPLETED', attempt: 0 });
    expect(await client.result(burning.order.settlementId)).toMatchObject({ status: 'COMPLETED', attempt: 0 });
    await stopMining();
    for (const { order } of [minting, burning]) {
      expect((await stack.operationsOf(order.settlementId)).map(({ kind }) => kind)).toEqual([0, 2]);
    }
  }, 180_000);

  test('a destination that is down before any mint was journaled: the holder is refunded at once, and it can be retried later', async () => {
    stack = await startTestStack({ confirmations: 2, mintWindowMs: 3_000, rpcTimeoutMs: 500 });
    const { client, alder, birch } = stack;
    await stack.startWorker();
    const before = await alder.balanceOf('alice');
    const signed = await burnSeen(stack);
    const { settlementId } = signed.order;
    birch.signal('SIGSTOP');
    const stopMining = stack.keepMining();

    // The ledger's mark is proof enough: the destination does not answer, and need not.
    expect(await client.result(settlementId)).toMatchObject({
      status: 'FAILED',
      compensated: true,
      errorCode: 'MINT_WINDOW_OVER',
    });
    expect(await alder.balanceOf('alice')).toBe(before);

    birch.signal('SIGCONT');
    await client.retry(settlementId);
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED', attempt: 1 });
    await stopMining();
  }, 180_000);

  test('a destination that goes down with the mint in holds the money past the window, and goes forward when it answers again', async () => {
    const receiver = await createAlertReceiver(2);
    const quick = { mintWindowMs: 5_000, undoAlarmMs: 1_000, rpcTimeoutMs: 500 };
    stack = await startTestStack({ confirmations: 2, ...quick, alertsUrl: receiver.url });
    const { client, alder, birch } = stack;
    await stack.startWorker();
    const before = await alder.balanceOf('alice');
    const signed = await burnSeen(stack);
    const { settlementId } = signed.order;
    await alder.mine(2);
    await stack.until(async () => (await birch.latestSlotOf(settlementId)).state === 'Minted');
    birch.signal('SIGSTOP');

    // Held: nothing proves that no mint can land, so no refund, and an operator is told.
    await stack.until(async () => (await client.get(settlementId)).needsOperator);
    expect(await client.get(settlementId)).toMatchObject({ status: 'COMPENSATING', refundTxHash: null });
    expect(await alder.balanceOf('alice')).toBe(before - 1_000_000n);
    // Whoever is on call hears of it, though the receiver was busy twice.
    await stack.until(() => Promise.resolve(receiver.events.length > 0));
    // The ledger says so too, for when the run is gone.
    await stack.until(async () => (await stack.inLedger(settlementId))?.needsOperator === true);

    birch.signal('SIGCONT');
    const stopMining = stack.keepMining();
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED', needsOperator: false });
    expect(await alder.balanceOf('alice')).toBe(before - 1_000_000n);
    await stopMining();
    expect(await stack.inLedger(settlementId)).toMatchObject({ needsOperator: false, errorCode: null });
    const told = receiver.events.map(({ event_action, dedup_key }) => `${event_action} ${dedup_key}`);
    expect(told).toEqual([`trigger settlement/${settlementId}`, `resolve settlement/${settlementId}`]);
    await receiver.close();
  }, 180_000);

  test('a chain that loses the unfinal burn gets the same bytes again', async () => {
    stack = await startTestStack({ confirmations: 3, mintWindowMs: 60_000 });
    const { client, alder } = stack;
    await stack.startWorker();
    const signed = await burnSeen(stack);
    const { settlementId } = signed.order;
    const [first] = await stack.operationsOf(settlementId);
    await alder.rollback(1);
    expect((await alder.latestSlotOf(settlementId)).state).toBe('None');

    await stack.until(async () => (await alder.latestSlotOf(settlementId)).state === 'Burned');
    const [second] = await stack.operationsOf(settlementId);
    expect(second?.transactionHash).toBe(first?.transactionHash);
    const stopMining = stack.keepMining();
    expect(await client.result(settlementId)).toMatchObject({
      status: 'COMPLETED',
      burnTxHash: first?.transactionHash,
    });
    await stopMining();
  });

  test('a burn that a reorg past finality took is not minted, and nothing ends while it can come back', async () => {
    stack = await startTestStack({ confirmations: 2, mintWindowMs: 6_000 });
    const { client, alder, birch } = stack;
    await stack.startWorker();
    const before = await alder.balanceOf('alice');
    const signed = await heldBeforeMint(stack); // so that the reorg comes before the mint
    const { settlementId } = signed.order;
    // Until then the lane would send the same bytes again, and the burn would be back.
    await stack.until(async () => (await stack.openTransactions()) === 0);
    await alder.rollback(2);
    expect((await alder.latestSlotOf(settlementId)).state).toBe('None');
    await birch.pauseAll(false);

    const stopMining = stack.keepMining();
    await stack.until(async () => (await client.get(settlementId)).needsOperator);
    const held = { status: 'COMPENSATING', errorCode: 'BURN_VANISHED', needsOperator: true };
    expect(await client.get(settlementId)).toMatchObject(held);
    expect(await stack.inLedger(settlementId)).toMatchObject(held);
    expect(await birch.slotOf(settlementId)).toMatchObject({ state: 'None' }); // no mint was ever journaled, nor will be

    await alder.executeAs('settler', 'Burn', signed, 0);
    await stack.until(async () => (await alder.slotOf(settlementId)).state === 'Burned');
    // A chain took back what was final: no new money moves on its routes, not even back, before somebody says so.
    await stack.until(async () => (await stack.resumeRoutes()) === 2);
    await client.resolve(settlementId, { action: 'refund', by: 'olga', evidence: 'the burn is back' });
    expect(await client.result(settlementId)).toMatchObject({ status: 'FAILED', compensated: true });
    await stopMining();
    expect(await stack.resolutionsOf(settlementId)).toEqual([
      { status: 'COMPENSATING', action: 'refund', said_by: 'olga', evidence: 'the burn is back' },
    ]);
    expect(await stack.inLedger(settlementId)).toMatchObject({ status: 'FAILED', needsOperator: false });
    expect(await alder.balanceOf('alice')).toBe(before);
  });

  test('a mint whose burn a reorg past finality took waits for an operator, and is not reversed once the burn is back', async () => {
    stack = await startTestStack({ confirmations: 3, mintWindowMs: 60_000 });
    const { client, alder, birch } = stack;
    await stack.startWorker();
    const signed = await burnSeen(stack);
    const { settlementId } = signed.order;
    await alder.mine(3);
    await stack.until(async () => (await birch.latestSlotOf(settlementId)).state === 'Minted');
    await stack.until(async () => (await stack.openTransactions()) === 1); // the mint's; the burn's is final
    await alder.rollback(4);
    expect((await alder.latestSlotOf(settlementId)).state).toBe('None');
    await birch.mine(3);

    await stack.until(async () => (await client.get(settlementId)).needsOperator);
    const held = { status: 'MINTED', errorCode: 'BURN_VANISHED', needsOperator: true };
    expect(await client.get(settlementId)).toMatchObject(held);
    expect(await stack.inLedger(settlementId)).toMatchObject(held);
    await alder.executeAs('settler', 'Burn', signed, 0);
    await alder.mine(3);
    await client.resolve(settlementId, { action: 'refund', by: 'olga', evidence: 'the burn is gone' });
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED', needsOperator: false });
    expect((await stack.operationsOf(settlementId)).map(({ kind }) => kind)).toEqual([0, 2]);
  });

  test('a lower head for a while is no vanished burn: the mint is held back from nothing, and nobody is called', async () => {
    stack = await startTestStack({ confirmations: 3, mintWindowMs: 60_000 });
    const { client, alder, birch } = stack;
    const worker = await stack.startWorker();
    const signed = await burnSeen(stack);
    const { settlementId } = signed.order;
    await alder.mine(2);
    await stack.until(async () => (await birch.latestSlotOf(settlementId)).state === 'Minted');
    await stack.until(async () => (await stack.openTransactions()) === 1); // the mint's; the burn's is final
    await worker.stop(); // who comes now has seen no higher head
    await alder.rollback(1);
    expect([await alder.slotOf(settlementId), await alder.latestSlotOf(settlementId)]).toMatchObject([
      { state: 'None' },
      { state: 'Burned' },
    ]);
    await birch.mine(3);
    const tries = await stack.pendingAttempts(settlementId);
    await stack.startWorker();
    // The look at the burn finds it not final, and is taken again.
    const isCalled = async () => (await stack.inLedger(settlementId))?.needsOperator ?? false;
    await stack.until(async () => (await isCalled()) || (await stack.pendingAttempts(settlementId)) > tries + 1);
    expect(await isCalled()).toBe(false);
    await alder.mine(3);
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED', needsOperator: false });
  });

  test('a lower head for a while calls nobody for a refund either: it waits until the burn is final again', async () => {
    stack = await startTestStack({ confirmations: 2, mintWindowMs: 6_000 });
    const { client, alder } = stack;
    const worker = await stack.startWorker();
    const signed = await heldBeforeMint(stack);
    const { settlementId } = signed.order;
    await stack.until(async () => (await stack.openTransactions()) === 0);
    await worker.stop(); // who comes now has seen no higher head
    await alder.rollback(1);
    expect([await alder.slotOf(settlementId), await alder.latestSlotOf(settlementId)]).toMatchObject([
      { state: 'None' },
      { state: 'Burned' },
    ]);
    await stack.startWorker();
    const isCalled = async () => (await stack.inLedger(settlementId))?.needsOperator ?? false;
    const isTriedAgain = async () =>
      (await stack.inLedger(settlementId))?.status === 'COMPENSATING' &&
      (await stack.pendingAttempts(settlementId)) > 1;
    await stack.until(async () => (await isCalled()) || isTriedAgain());
    expect(await isCalled()).toBe(false);
    const stopMining = stack.keepMining();
    expect(await client.result(settlementId)).toMatchObject({ status: 'FAILED', compensated: true });
    await stopMining();
  });

  test('another order under an id whose run was lost never takes the burn that stands there for its own', async () => {
    stack = await startTestStack({ confirmations: 3, mintWindowMs: 60_000 });
    const { client, alder, birch } = stack;
    await stack.startWorker();
    const signed = await burnSeen(stack);
    const { settlementId } = signed.order;
    await stack.handle(settlementId).terminate('an operator slipped');

    // Begun past our client, while the burn is not final: the final slot is still empty.
    const other = await stack.sign({ settlementId, amount: 2_000_000n });
    await stack.startRaw(settlementId, other.order, other.signature);
    await expect(client.result(settlementId)).resolves.toMatchObject({
      status: 'FAILED',
      errorCode: 'IDEMPOTENCY_CONFLICT',
      compensated: false,
    });
    expect(await alder.slotOf(settlementId)).toMatchObject({ state: 'None' });
    const stopMining = stack.keepMining();
    expect(await birch.slotOf(settlementId)).toMatchObject({ state: 'None' });

    // The order that burned is adopted by a start of its own, even one that no longer has the signature, and gets its mint.
    await stack.startRaw(settlementId, signed.order, 'lost');
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED', amount: '1000000' });
    await stopMining();
  });

  test('a run that an operator reset past its burn goes on with it, and the burn is minted once', async () => {
    stack = await startTestStack({ confirmations: 2, mintWindowMs: 60_000 });
    await stack.startWorker();
    const { settlementId } = (await heldBeforeMint(stack)).order;
    await stack.reset(settlementId);
    await stack.birch.pauseAll(false);

    const stopMining = stack.keepMining();
    expect(await stack.client.result(settlementId)).toMatchObject({ status: 'COMPLETED', attempt: 0 });
    await stopMining();
    expect((await stack.operationsOf(settlementId)).map(({ kind }) => kind)).toEqual([0, 2]);
  });

  test('a run that was cut off past its burn is seen to its end, though the order has run out since', async () => {
    stack = await startTestStack({ confirmations: 2, mintWindowMs: 60_000 });
    const { client, alder, birch } = stack;
    await stack.startWorker();
    const before = await alder.balanceOf('alice');
    const signed = await heldBeforeMint(stack);
    const { settlementId } = signed.order;
    await stack.handle(settlementId).terminate('an operator slipped');
    for (const chain of [alder, birch]) {
      await chain.skipTime(7 * 24 * 3_600);
      await chain.mine(2);
    }
    await birch.pauseAll(false);

    const stopMining = stack.keepMining();
    await client.retry(settlementId);
    expect(await client.result(settlementId)).toMatchObject({
      status: 'FAILED',
      errorCode: 'EXPIRED',
      compensated: true,
    });
    expect(await alder.balanceOf('alice')).toBe(before);
    await stopMining();
    await expect(client.retry(settlementId)).rejects.toMatchObject({ code: 'EXPIRED' });
  });

  test('a cancel after the burn is in waits for it to be final and then gives the tokens back', async () => {
    stack = await startTestStack({ confirmations: 3, mintWindowMs: 60_000 });
    const { client, alder } = stack;
    await stack.startWorker();
    const before = await alder.balanceOf('alice');
    const signed = await burnSeen(stack);
    const { settlementId } = signed.order;
    await client.cancel(settlementId);
    expect(await client.get(settlementId)).toMatchObject({ status: 'BURNING' });

    const stopMining = stack.keepMining();
    expect(await client.result(settlementId)).toMatchObject({
      status: 'FAILED',
      errorCode: 'CANCELLED',
      compensated: true,
    });
    await stopMining();
    expect(await alder.balanceOf('alice')).toBe(before);
  });

  test('a cancel that comes when the mint is in gives nothing back: the mint stands', async () => {
    stack = await startTestStack({ confirmations: 3, mintWindowMs: 60_000 });
    const { client, alder, birch } = stack;
    await stack.startWorker();
    const signed = await burnSeen(stack);
    const { settlementId } = signed.order;
    await alder.mine(3);
    await stack.until(async () => (await birch.latestSlotOf(settlementId)).state === 'Minted');
    await client.cancel(settlementId);
    await stack.until(async () => (await client.get(settlementId)).status === 'COMPENSATING');

    const stopMining = stack.keepMining();
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED', compensated: false });
    await stopMining();
    const [, minted] = await stack.operationsOf(settlementId);
    expect(await client.get(settlementId)).toMatchObject({ mintTxHash: minted?.transactionHash });
    expect((await stack.operationsOf(settlementId)).map(({ kind }) => kind)).toEqual([0, 2]);
  });

  test('an answer lost on the way to the chain is found on the chain, not paid twice', async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000, proxied: true });
    const { client, proxies } = stack;
    await stack.startWorker();
    // Forwards the transaction, drops the reply: the sender cannot know that it is in.
    for (const proxy of proxies) proxy.dropRepliesTo('eth_sendRawTransaction');
    const signed = await stack.sign({});
    await client.start(signed);
    expect(await client.result(signed.order.settlementId)).toMatchObject({ status: 'COMPLETED' });
    expect(proxies.every((proxy) => proxy.dropped > 0)).toBe(true);
    expect((await stack.operationsOf(signed.order.settlementId)).map(({ kind }) => kind)).toEqual([0, 2]);
  });
});

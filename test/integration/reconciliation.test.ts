import { rpcCall } from '../../src/local/rpcCall';
import { devAccounts } from '../../src/local/devAccounts';
import type { SignedOrder } from '../../src/domain/order';
import type { Finding } from '../../src/domain/reconciliation';
import type { GuardedProcess } from '../../src/local/startGuard';
import { createAlertReceiver, type AlertReceiver } from '../support/createAlertReceiver';
import { runSettle } from '../support/runSettle';
import { startTestStack, type TestStack } from '../support/testStack';

/** Chains, ledger and Temporal held against each other, on real ones: what lost its run is taken up, what contradicts itself is told. */
describe('the reconciliation', () => {
  let stack: TestStack;
  let worker: GuardedProcess;
  let receiver: AlertReceiver;
  beforeEach(async () => {
    receiver = await createAlertReceiver(0);
    stack = await startTestStack({ confirmations: 2, mintWindowMs: 60_000, alertsUrl: receiver.url });
    worker = await stack.startWorker();
  });
  afterEach(async () => {
    await stack.close();
    await receiver.close();
  });

  const settled = async (): Promise<SignedOrder> => {
    const signed = await stack.sign({});
    const stopMining = stack.keepMining();
    await stack.client.start(signed);
    expect(await stack.client.result(signed.order.settlementId)).toMatchObject({ status: 'COMPLETED' });
    await stopMining();
    return signed;
  };
  const mineBoth = (blocks: number) => Promise.all([stack.alder.mine(blocks), stack.birch.mine(blocks)]);
  /** Its burn is final, and a paused destination keeps the mint waiting. */
  const held = async (): Promise<string> => {
    const signed = await stack.sign({});
    const { settlementId } = signed.order;
    await stack.birch.pauseAll(true);
    await stack.birch.mine(2);
    await stack.alder.executeAs('carol', 'Refund', signed, 0); // some block, so that the pause is not the newest
    await stack.birch.pauseAll(false);
    await stack.client.start(signed);
    await stack.until(async () => (await stack.alder.latestSlotOf(settlementId)).state === 'Burned');
    await stack.birch.pauseAll(true);
    await stack.alder.mine(2);
    await stack.until(async () => (await stack.client.get(settlementId)).status === 'MINTING');
    return settlementId;
  };
  const kindsOf = (findings: readonly Finding[]) => findings.map(({ kind }) => kind);
  const alerts = () => receiver.events.map(({ event_action, dedup_key }) => `${event_action} ${dedup_key}`);

  /** Writes the word in which birch's token keeps its supply, past every log. */
  const addToSupply = async (amount: bigint): Promise<void> => {
    const url = stack.chains[1]?.rpcUrl ?? '';
    const token = stack.config.chains[1]?.tokens[0]?.address;
    const supply = await stack.birch.totalSupply();
    const word = (value: bigint) => `0x${value.toString(16).padStart(64, '0')}`;
    for (let place = 0n; ; place += 1n) {
      if (BigInt(await rpcCall<string>(url, 'eth_getStorageAt', [token, word(place), 'latest'])) !== supply) continue;
      await rpcCall(url, 'anvil_setStorageAt', [token, word(place), word(supply + amount)]);
      if ((await stack.birch.totalSupply()) === supply + amount) return;
    }
  };

  test('finds nothing where all is well, and looks at nothing twice', async () => {
    await settled();
    await mineBoth(2);
    const first = await stack.client.reconcile();
    expect(first).toMatchObject({ findingCount: 0, adopted: 0, looked: { reconcileChain: 2 } });
    expect(first.looked.reconcileRows).toBeGreaterThan(0);
    await mineBoth(5);
    expect(await stack.client.reconcile()).toMatchObject({ findingCount: 0, looked: { reconcileChain: 0 } });
    await settled();
    await mineBoth(2);
    expect(await stack.client.reconcile()).toMatchObject({ findingCount: 0, looked: { reconcileChain: 2 } });
    expect(receiver.events).toEqual([]);
  });

  test.each(['terminated', 'forgotten'] as const)('takes up what lost its run: %s', async (how) => {
    const settlementId = await held();
    await stack.handle(settlementId).terminate('an operator slipped');
    if (how === 'forgotten') await stack.forget(settlementId);
    await stack.birch.pauseAll(false);
    const stopMining = stack.keepMining();
    expect(await stack.client.reconcile()).toMatchObject({ adopted: 1, findingCount: 0 });
    expect(await stack.client.result(settlementId)).toMatchObject({ status: 'COMPLETED', attempt: 0 });
    // What has a run is left alone.
    expect(await stack.client.reconcile()).toMatchObject({ adopted: 0, findingCount: 0 });
    await stopMining();
    expect((await stack.operationsOf(settlementId)).map(({ kind }) => kind)).toEqual([0, 2]);
  });

  test('ends what was being given back, and begins no attempt that nobody asked for', async () => {
    const settlementId = await held();
    await stack.client.cancel(settlementId);
    await stack.until(async () => (await stack.alder.latestSlotOf(settlementId)).state === 'Refunded');
    await worker.stop(); // it would see its refund to the end, run or not
    await stack.handle(settlementId).terminate('an operator slipped');
    await stack.birch.pauseAll(false);
    await stack.alder.mine(2);
    worker = await stack.startWorker();
    const stopMining = stack.keepMining();
    expect(await stack.client.reconcile()).toMatchObject({ adopted: 1 });
    expect(await stack.client.result(settlementId)).toMatchObject({ status: 'FAILED', attempt: 0 });
    await stopMining();
    expect(await stack.inLedger(settlementId)).toMatchObject({ status: 'FAILED', compensated: true });
    expect((await stack.operationsOf(settlementId)).map(({ kind }) => kind)).toEqual([0, 1]);
  });

  test('a burn that a reorg past finality took, after its mint: both routes are paused, an operator is called, nothing new moves', async () => {
    const signed = await settled();
    await mineBoth(2);
    expect(await stack.client.reconcile()).toMatchObject({ findingCount: 0 });
    await worker.stop(); // its lane would send the same bytes again
    while ((await stack.alder.latestSlotOf(signed.order.settlementId)).state === 'Burned')
      await stack.alder.rollback(1);
    await stack.alder.mine(30);
    worker = await stack.startWorker();

    const { findings } = await stack.client.reconcile();
    expect(new Set(kindsOf(findings))).toEqual(new Set(['finalityBroken', 'mintWithoutBurn']));
    const { settlementId } = signed.order;
    expect(alerts()).toEqual(
      expect.arrayContaining([
        'trigger reconciliation/finalityBroken/alder',
        `trigger reconciliation/mintWithoutBurn/${settlementId}`,
      ]),
    );
    const listed = await runSettle(stack.configPath, ['route', 'list', '-o', 'json']);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      paused: [
        { sourceChain: 'alder', destinationChain: 'birch', reason: expect.stringContaining('finalityBroken') },
        { sourceChain: 'birch', destinationChain: 'alder' },
      ],
    });

    const next = await stack.sign({});
    const stopMining = stack.keepMining();
    await stack.client.start(next);
    await stack.until(async () => (await stack.pendingAttempts(next.order.settlementId)) >= 2);
    expect(await stack.operationsOf(next.order.settlementId)).toEqual([]);
    for (const [from, to] of [
      ['alder', 'birch'],
      ['birch', 'alder'],
    ] as const) {
      const resumed = await runSettle(stack.configPath, ['route', 'resume', '--from', from, '--to', to]);
      expect(resumed).toMatchObject({ code: 0, stdout: `${from} to ${to} goes on\n` });
    }
    expect(await stack.client.result(next.order.settlementId)).toMatchObject({ status: 'COMPLETED' });
    await stopMining();
  }, 180_000);

  test('what our keys sent past the journal, a burn that the ledger does not know, and a supply that no log explains', async () => {
    await settled();
    await mineBoth(2);
    expect(await stack.client.reconcile()).toMatchObject({ findingCount: 0 });

    const from = devAccounts().refunder2.address;
    await rpcCall(stack.chains[1]?.rpcUrl ?? '', 'eth_sendTransaction', [{ from, to: from, value: '0x0' }]);
    await mineBoth(2);
    await stack.client.reconcile(); // a key that the journal does not know yet: from here on it is counted
    await rpcCall(stack.chains[1]?.rpcUrl ?? '', 'eth_sendTransaction', [{ from, to: from, value: '0x0' }]);
    await mineBoth(2);
    expect(kindsOf((await stack.client.reconcile()).findings)).toEqual(['foreignTransaction']);
    expect(kindsOf((await stack.client.reconcile()).findings)).toEqual([]);

    const unknown = await stack.sign({});
    await stack.alder.executeAs('settler', 'Burn', unknown, 0);
    await mineBoth(2);
    expect(new Set(kindsOf((await stack.client.reconcile()).findings))).toEqual(
      new Set(['unknownSettlement', 'foreignTransaction']),
    );
    expect(JSON.parse((await runSettle(stack.configPath, ['route', 'list', '-o', 'json'])).stdout)).toEqual({
      paused: [],
    });

    await addToSupply(255n);
    await mineBoth(2);
    const report = await runSettle(stack.configPath, ['reconcile', '-o', 'json']);
    expect(report.code).toBe(4);
    expect(kindsOf((JSON.parse(report.stdout) as { findings: Finding[] }).findings)).toEqual(['supply']);
    expect(alerts()).toContain('trigger reconciliation/supply/birch');
  });

  test('a refund that somebody sent past the ledger is told: row and slots differ', async () => {
    const settlementId = await held();
    await mineBoth(2);
    expect(kindsOf((await stack.client.reconcile()).findings)).toEqual([]);
    const order = await stack.client.order(settlementId);
    if (!order) throw new Error('no order');
    await stack.alder.executeAs('refunder', 'Refund', order, 0);
    await mineBoth(2);
    expect(kindsOf((await stack.client.reconcile()).findings)).toContain('rowAndSlots');
  });

  test('is done again and again by a schedule, one at a time: a lost run is taken up without a word', async () => {
    const scheduled = await startTestStack({ confirmations: 2, mintWindowMs: 60_000, reconcileEveryMs: 1_000 });
    try {
      // Every worker wants the schedule; it is one.
      await (await scheduled.startWorker()).stop();
      await scheduled.startWorker();
      const signed = await scheduled.sign({});
      const { settlementId } = signed.order;
      await scheduled.birch.pauseAll(true);
      await scheduled.birch.mine(2);
      await scheduled.birch.pauseAll(false);
      await scheduled.client.start(signed);
      await scheduled.until(async () => (await scheduled.alder.latestSlotOf(settlementId)).state === 'Burned');
      await scheduled.handle(settlementId).terminate('an operator slipped');
      const stopMining = scheduled.keepMining();
      await scheduled.until(async () => (await scheduled.inLedger(settlementId))?.status === 'COMPLETED');
      await stopMining();
    } finally {
      await scheduled.close();
    }
  }, 120_000);
});

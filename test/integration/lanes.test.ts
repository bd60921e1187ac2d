import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createPublicClient, http, parseGwei, type Hex } from 'viem';
import { settlementGatewayAbi } from '../../src/chains/generated/settlementGateway';
import { TransientError } from '../../src/domain/errors';
import { orderToJson } from '../../src/domain/order';
import type { LaneOperation, Submitted } from '../../src/lanes/lane';
import type { JournaledTransaction } from '../../src/ledger/ledger';
import { laneKeyOf } from '../../src/ledger/transactions';
import { devAccounts } from '../../src/local/devAccounts';
import { projectRoot } from '../../src/local/projectRoot';
import { rpcCall } from '../../src/local/rpcCall';
import { startTestLanes, type TestLanes, type TestWorker } from '../support/testLanes';
import { startTestStack, type TestStack } from '../support/testStack';

let stack: TestStack;
let test: TestLanes;
beforeAll(async () => {
  stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
});
afterAll(() => stack.close());
beforeEach(async () => {
  test = await startTestLanes(stack);
});
afterEach(async () => {
  await rpc('evm_setAutomine', [true]);
  await stack.alder.mine(3); // nothing of this test is left for the next
  await test.close();
});

const rpc = <T>(method: string, params: readonly unknown[] = []) =>
  rpcCall<T>(stack.alder.config.rpcUrl ?? '', method, params);
const hex = (value: bigint | number): Hex => `0x${value.toString(16)}`;
const isKnown = async (hash: Hex) => (await rpc('eth_getTransactionByHash', [hash])) !== null;
const isIn = async (hash: Hex) => (await rpc('eth_getTransactionReceipt', [hash])) !== null;
function gate(): { readonly promise: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

const settler = devAccounts().settler.address;
const lane = () => ({ chainId: stack.alder.config.chainId, signer: settler });
const openTransactions = () => test.own.ledger.openTransactions(lane());
const nextNonce = async () => Number(await rpc('eth_getTransactionCount', [settler, 'latest']));

async function journaled(answer: Promise<Submitted>): Promise<JournaledTransaction> {
  const submitted = await answer;
  if (submitted.kind !== 'journaled') throw new Error(`the ledger refused: ${submitted.reason}`);
  return submitted.transaction;
}

/** How often the gateway says that the burn was applied. */
async function timesApplied({ fingerprint }: LaneOperation): Promise<number> {
  const client = createPublicClient({ transport: http(stack.alder.config.rpcUrl) });
  const logs = await client.getContractEvents({
    address: stack.alder.config.gateway,
    abi: settlementGatewayAbi,
    eventName: 'OperationApplied',
    fromBlock: 0n,
  });
  return logs.filter(({ args }) => args.fingerprint === fingerprint).length;
}

/** False while every lane is busy. */
async function isSettled(worker: TestWorker, burn: LaneOperation): Promise<boolean> {
  try {
    return (await worker.settle(burn)).kind === 'applied';
  } catch (error) {
    if (error instanceof TransientError && error.code === 'LANE_BUSY') return false;
    throw error;
  }
}

const slotOf = async ({ order }: LaneOperation) => (await stack.alder.latestSlotOf(order.settlementId)).state;

describe('operations on one lane', () => {
  it('share transactions when many come at once, on nonces without gaps', async () => {
    const worker = test.worker({ mostOperations: 12 });
    const first = await nextNonce();
    const burns = await Promise.all(Array.from({ length: 50 }, () => test.burn()));
    const settled = await Promise.all(burns.map((burn) => worker.settle(burn)));
    expect(settled.map(({ kind }) => kind)).toEqual(Array(50).fill('applied'));
    expect(await Promise.all(burns.map(slotOf))).toEqual(Array(50).fill('Burned'));

    const carriers = await Promise.all(burns.map((burn) => worker.lanes.journaled(burn)));
    expect(carriers.map(({ length }) => length)).toEqual(Array(50).fill(1));
    const nonces = [...new Set(carriers.flat().map(({ nonce }) => nonce))].sort((a, b) => a - b);
    expect(nonces.length).toBeGreaterThanOrEqual(5);
    expect(nonces.length).toBeLessThanOrEqual(8);
    expect(nonces).toEqual(nonces.map((_, n) => first + n));
  });

  it('are in the journal before their bytes leave', async () => {
    const worker = test.worker();
    const inJournal: boolean[] = [];
    worker.tap.beforeSend = async (raw) => {
      inJournal.push((await openTransactions()).some((transaction) => transaction.raw === raw));
    };
    await worker.settle(await test.burn());
    expect(inJournal[0]).toBe(true);
    expect(inJournal).not.toContain(false);
  });

  it('go out as the same bytes when an endpoint that swallowed them heals', async () => {
    const worker = test.worker();
    worker.tap.swallows = () => true;
    const burn = await test.burn();
    const { hash, raw } = await journaled(worker.lanes.submit(burn));
    await stack.until(async () => worker.tap.sent.length >= 2);
    expect(await isKnown(hash)).toBe(false);
    worker.tap.swallows = () => false;
    await stack.until(() => isIn(hash));
    expect(await slotOf(burn)).toBe('Burned');
    expect([...new Set(worker.tap.sent)]).toEqual([raw]);
    expect(await worker.lanes.journaled(burn)).toHaveLength(1);
  });

  it('are not given up for what the final block of the last poll does not show yet', async () => {
    const refunder = test.worker({ keys: ['refunder'], pollIntervalMs: 600_000 });
    const stale = refunder.watcher.track(await test.burn()); // so that it looks at the final block too
    refunder.watcher.poke();
    await stack.until(() => Promise.resolve(refunder.watcher.recentFinalBlock() !== null));
    stale.close();
    const burn = await test.burn();
    const { owner, attempt } = burn;
    await test.worker().settle(burn);
    await test.own.ledger.advance([
      { owner, attempt, to: 'BURNED' },
      { owner, attempt, to: 'COMPENSATING' },
    ]);
    await test.own.ledger.markNoMint({ owner, attempt });

    const settled = await refunder.settle({ ...burn, kind: 'Refund', signature: '0x' });
    expect(settled).toMatchObject({ kind: 'applied', final: { slot: { state: 'Refunded' } } });
  });

  it('are not signed for a chain that is not what it was, and are once it is again', async () => {
    let refusal: Error | null = new TransientError('CHAIN_MISMATCH', 'another chain');
    const worker = test.worker({ mustBeVerified: () => (refusal ? Promise.reject(refusal) : Promise.resolve()) });
    const burn = await test.burn();
    await expect(worker.settle(burn)).rejects.toBe(refusal);
    expect(await openTransactions()).toEqual([]);
    refusal = null;
    expect(await worker.settle(burn)).toMatchObject({ kind: 'applied' });
  });

  it('do not share the fate of one that the gateway refuses', async () => {
    const worker = test.worker({ lingerMs: 300 });
    await stack.alder.freeze('dave', true);
    const [mine, frozen, other] = await Promise.all([test.burn(), test.burn('dave'), test.burn()]);
    const settled = await Promise.all([mine, frozen, other].map((burn) => worker.settle(burn)));
    await stack.alder.freeze('dave', false);
    expect(settled.map(({ kind }) => kind)).toEqual(['applied', 'refused', 'applied']);
    expect(settled[1]).toMatchObject({ reason: 'TokenRefused' });
    const hashes = await Promise.all(
      [mine, frozen, other].map(async (burn) => (await worker.lanes.journaled(burn)).map(({ hash }) => hash)),
    );
    expect(new Set(hashes.flat()).size).toBe(1); // it was one transaction
    expect(await slotOf(frozen)).toBe('None');
  });
});

describe('one key of two workers', () => {
  it('is used by one at a time, and by the other once it is given back', async () => {
    const [one, other] = [test.worker(), test.worker()];
    const [first, second] = await Promise.all([test.burn(), test.burn()]);
    expect(await one.settle(first)).toMatchObject({ kind: 'applied' });
    await expect(other.lanes.submit(second)).rejects.toMatchObject({ code: 'LANE_BUSY' });
    expect(other.tap.sent).toEqual([]);
    await one.lanes.close();
    await expect(one.lanes.submit(second)).rejects.toMatchObject({ code: 'LANE_BUSY' });
    expect(await other.settle(second)).toMatchObject({ kind: 'applied' });
  });

  /** Believes that it extends its lease, as a worker does whose process stands still. */
  const zombie = () => test.worker({ over: () => ({ extend: async (lease) => lease, finalizeNonces: async () => 0 }) });

  it('goes to the other when the first one dies: what was left goes out first, and the dead one writes no more', async () => {
    const [dead, heir] = [zombie(), test.worker()];
    dead.tap.swallows = () => true;
    const [left, next, late] = await Promise.all([test.burn(), test.burn(), test.burn()]);
    const { nonce, raw } = await journaled(dead.lanes.submit(left));
    await expect(heir.lanes.submit(next)).rejects.toMatchObject({ code: 'LANE_BUSY' });

    let taken: JournaledTransaction | null = null;
    await stack.until(async () => {
      taken ??= await journaled(heir.lanes.submit(next)).catch(() => null);
      return taken !== null;
    });
    expect(taken).toMatchObject({ nonce: nonce + 1 });
    expect(heir.tap.sent[0]).toBe(raw);
    await expect(dead.lanes.submit(late)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await dead.lanes.journaled(late)).toEqual([]);
    expect((await heir.settle(next)).kind).toBe('applied');
    expect((await heir.settle(left)).kind).toBe('applied');
    expect(await heir.lanes.journaled(left)).toHaveLength(1);
  });

  it('is settled by a worker that has nothing to do with it, which then gives it back', async () => {
    const dead = zombie();
    dead.tap.swallows = () => true;
    const left = await test.burn();
    const { hash, raw } = await journaled(dead.lanes.submit(left));
    const heir = test.worker({ idleMs: 0 });
    await stack.until(() => isIn(hash));
    expect(new Set(heir.tap.sent)).toEqual(new Set([raw]));
    await stack.until(async () => (await openTransactions()).length === 0);
    await stack.until(async () => (await test.own.ledger.acquire(laneKeyOf(lane()), 'third', 60_000)) !== null);
  });

  it('is taken once, however many ask for it while it is being taken', async () => {
    const dead = zombie();
    dead.tap.swallows = () => true;
    await journaled(dead.lanes.submit(await test.burn()));
    let acquired = 0;
    const reading = gate();
    const heir = test.worker({
      over: (ledger) => ({
        acquire: async (...args) => {
          const lease = await ledger.acquire(...args);
          if (lease) acquired += 1;
          return lease;
        },
      }),
    });
    heir.tap.beforeBlock = () => reading.promise; // its first reads take their time
    const looks = jest.spyOn(heir.ledger, 'openTransactions');
    await stack.until(async () => acquired > 0); // to settle what is left
    const sent = heir.lanes.submit(await test.burn());
    looks.mockClear();
    await stack.until(async () => looks.mock.calls.length > 0); // looks again for what is left
    reading.open();
    await sent;
    expect(acquired).toBe(1);
  });

  it('is let go by a worker that lost it while it was taking it', async () => {
    const reading = gate();
    const asked = gate();
    let extends_ = false;
    const worker = test.worker({
      over: (ledger) => ({
        extend: async (...args) => {
          if (extends_) return ledger.extend(...args);
          asked.open();
          return null;
        },
      }),
    });
    worker.tap.beforeBlock = () => reading.promise;
    const burn = await test.burn();
    const first = worker.lanes.submit(burn);
    first.catch(() => undefined);
    await asked.promise;
    extends_ = true;
    reading.open();
    await expect(first).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await stack.until(() => isSettled(worker, burn)); // busy for as long as the lease it does not know of lasts
  });

  it('is another one each time a worker takes it: what it still does in an earlier one is refused', async () => {
    let lostAnswers = true;
    let acquired = 0;
    const flushing = gate();
    const worker = test.worker({
      over: (ledger) => ({
        acquire: async (...args) => {
          const lease = await ledger.acquire(...args);
          if (lease) acquired += 1;
          return lease;
        },
        extend: async (...args) => {
          const extended = await ledger.extend(...args);
          if (lostAnswers) throw new Error('Connection terminated unexpectedly'); // the database has extended it
          return extended;
        },
        flush: async (...args) => {
          if (acquired === 1) await flushing.promise;
          return ledger.flush(...args);
        },
      }),
    });
    const early = worker.lanes.submit(await test.burn());
    early.catch(() => undefined);
    const later = await test.burn();
    await expect(worker.lanes.submit(later)).rejects.toMatchObject({ code: 'LEASE_LOST' }); // it waits behind the early one
    lostAnswers = false;
    await stack.until(() => isSettled(worker, later));
    expect(acquired).toBe(2);
    flushing.open();
    await expect(early).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });
});

describe('a transaction that is stuck', () => {
  const startFee = parseGwei('10');
  // A lease that runs out while the machine is busy would hand the lane on, and what is adopted is replaced empty.
  const patient = { leaseTtlMs: 60_000, bumpAfterMs: 1_000 };
  beforeEach(async () => {
    await rpc('anvil_setNextBlockBaseFeePerGas', [hex(startFee)]);
    await stack.alder.mine(1);
  });
  const setBaseFee = (gwei: string) => rpc('anvil_setNextBlockBaseFeePerGas', [hex(parseGwei(gwei))]);

  function expectBumps(transactions: readonly JournaledTransaction[]): void {
    transactions.slice(1).forEach((after, n) => {
      const before = transactions[n] as JournaledTransaction;
      expect(after).toMatchObject({ nonce: before.nonce, replacement: n + 1, operations: before.operations });
      for (const fee of ['maxFeePerGas', 'maxPriorityFeePerGas'] as const) {
        expect(after[fee] * 10n).toBeGreaterThanOrEqual(before[fee] * 11n);
      }
    });
  }

  it('under the base fee is replaced on its nonce until it pays enough', async () => {
    const worker = test.worker(patient);
    const burn = await test.burn();
    await setBaseFee('24'); // of the next block: what the chain has asked for so far allows for 20
    const settled = await worker.settle(burn);
    expect(settled).toMatchObject({ kind: 'applied' });
    const transactions = await worker.lanes.journaled(burn);
    expect(transactions.length).toBeGreaterThanOrEqual(2);
    expectBumps(transactions);
    expect(await isIn((transactions.at(-1) as JournaledTransaction).hash)).toBe(true);
    expect(await timesApplied(burn)).toBe(1);
  });

  it('at the cap goes on being sent as the same bytes', async () => {
    const cap = parseGwei('24');
    const worker = test.worker({ ...patient, maxFeePerGasWei: cap });
    const burn = await test.burn();
    await setBaseFee('40');
    const { hash } = await journaled(worker.lanes.submit(burn));
    await stack.until(async () => (await worker.lanes.journaled(burn)).length > 1);
    const transactions = await worker.lanes.journaled(burn);
    expectBumps(transactions);
    const last = transactions.at(-1) as JournaledTransaction;
    expect(last.hash).not.toBe(hash);
    expect(last.maxFeePerGas).toBeLessThanOrEqual(cap);
    const before = worker.tap.sent.length;
    await stack.until(async () => worker.tap.sent.length >= before + 3);
    expect(new Set(worker.tap.sent.slice(before))).toEqual(new Set([last.raw]));
    expect(await worker.lanes.journaled(burn)).toEqual(transactions);
    await setBaseFee('15');
    await stack.alder.mine(1);
    expect((await worker.settle(burn)).kind).toBe('applied');
  });

  it('is followed as what it was replaced with, also when the answer to that was lost', async () => {
    let lost = 0;
    const worker = test.worker({
      ...patient,
      over: (ledger) => ({
        replace: async (...args) => {
          const flush = await ledger.replace(...args);
          if (lost++ === 0) throw new Error('Connection terminated unexpectedly');
          return flush;
        },
      }),
    });
    const burn = await test.burn();
    await setBaseFee('22'); // the first replacement pays for it
    await journaled(worker.lanes.submit(burn));
    await stack.until(async () => (await slotOf(burn)) === 'Burned');
    expect(lost).toBeGreaterThan(0);
    expectBumps(await worker.lanes.journaled(burn));
  });
});

describe('a nonce', () => {
  it("that went to a stranger's transaction costs the operation a later one, and it is applied once", async () => {
    const worker = test.worker();
    worker.tap.swallows = () => true;
    const burn = await test.burn();
    const { nonce } = await journaled(worker.lanes.submit(burn));
    await rpc('eth_sendTransaction', [{ from: settler, to: settler, value: '0x1', nonce: hex(nonce) }]);
    worker.tap.swallows = () => false;
    expect((await worker.settle(burn)).kind).toBe('applied');
    const transactions = await worker.lanes.journaled(burn);
    expect(transactions.map((one) => one.nonce)).toEqual([nonce, nonce + 1]);
    expect(await timesApplied(burn)).toBe(1);
  });

  /** Two transactions, of which the node gets only the second. */
  async function leaveGap(worker: TestWorker): Promise<readonly [JournaledTransaction, JournaledTransaction]> {
    const [one, other] = await Promise.all([test.burn(), test.burn()]);
    const swallowed = gate();
    worker.tap.swallows = () => (swallowed.open(), true);
    const first = await journaled(worker.lanes.submit(one));
    await swallowed.promise;
    worker.tap.swallows = (raw) => raw === first.raw;
    const second = await journaled(worker.lanes.submit(other));
    await stack.until(() => isKnown(second.hash));
    expect(second.nonce).toBe(first.nonce + 1);
    expect(await isIn(second.hash)).toBe(false);
    return [first, second];
  }

  it('that was never sent is made up for, and lets the next one in', async () => {
    const worker = test.worker({ bumpAfterMs: 5_000 });
    const left = await leaveGap(worker);
    worker.tap.swallows = () => false;
    await stack.until(async () => (await Promise.all(left.map(({ hash }) => isIn(hash)))).every(Boolean));
    await stack.until(async () => (await openTransactions()).length === 0);
  });

  it('that was never sent is made up for by whoever takes the lane over', async () => {
    const left = await leaveGap(test.worker({ over: () => ({ extend: async (lease) => lease }) }));
    const heir = test.worker();
    await stack.until(async () => (await Promise.all(left.map(({ hash }) => isIn(hash)))).every(Boolean));
    expect(heir.tap.sent.slice(0, 2)).toEqual(left.map(({ raw }) => raw));
  });
});

describe('a burn that a reorg drops', () => {
  it('is sent again as the same bytes, and not replaced for the time it was in', async () => {
    const worker = test.worker({ confirmations: 3, bumpAfterMs: 1_000 });
    const burn = await test.burn();
    const { hash, raw } = await journaled(worker.lanes.submit(burn));
    await stack.until(() => isIn(hash));
    const upkeep = jest.spyOn(worker.lanes.chain.client, 'getTransactionCount');
    await stack.until(async () => upkeep.mock.calls.length >= 4); // two looks, a second apart: long enough to be replaced
    expect(await isIn(hash)).toBe(true);
    await stack.alder.rollback(1);
    expect(await isKnown(hash)).toBe(false);
    await stack.until(() => isIn(hash));
    expect([...new Set(worker.tap.sent)]).toEqual([raw]);
    await stack.alder.mine(2);
    expect(await worker.settle(burn)).toMatchObject({ kind: 'applied' });
    expect((await worker.lanes.journaled(burn)).map((one) => one.hash)).toEqual([hash]);
    expect(await timesApplied(burn)).toBe(1);
  });

  it('is waited for by whoever settles it, until it is final', async () => {
    const worker = test.worker({ confirmations: 3 });
    const burn = await test.burn();
    const settled = worker.settle(burn);
    await stack.until(async () => (await slotOf(burn)) === 'Burned');
    await stack.alder.rollback(1);
    await stack.until(async () => (await slotOf(burn)) === 'Burned');
    await stack.alder.mine(2);
    expect(await settled).toMatchObject({ kind: 'applied', final: { slot: { state: 'Burned' } } });
    expect(new Set(worker.tap.sent).size).toBe(1);
  });
});

describe('closing', () => {
  it('gives the lanes back at once, and keeps no process alive', async () => {
    const { order, ...operation } = await test.burn();
    const child = spawn(
      process.execPath,
      [
        join(projectRoot(), 'test', 'support', 'laneProcess.mjs'),
        JSON.stringify({
          root: projectRoot(),
          databaseUrl: test.own.url,
          configPath: stack.configPath,
          order: orderToJson(order),
          operation,
        }),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const exit = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => JSON.parse(((await lines.next()) as { value: string }).value) as { signer?: string };
    try {
      expect(await next()).toEqual({ kind: 'journaled', signer: settler });
      const key = laneKeyOf(lane());
      expect(await test.own.ledger.acquire(key, 'next', 60_000)).toBeNull();
      child.stdin.write('close\n');
      expect(await next()).toEqual({ closed: true });
      expect(await test.own.ledger.acquire(key, 'next', 60_000)).not.toBeNull();
      const inTime = AbortSignal.timeout(5_000);
      await Promise.race([exit, once(inTime, 'abort').then(() => Promise.reject(new Error('it does not end')))]);
      expect(child.exitCode).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('gives a lane back that was being taken', async () => {
    const worker = test.worker({ leaseTtlMs: 60_000 });
    const reading = gate();
    const asked = gate();
    worker.tap.beforeBlock = () => (asked.open(), reading.promise);
    const burn = await test.burn();
    const sent = worker.lanes.submit(burn);
    sent.catch(() => undefined);
    await asked.promise;
    await stack.until(async () => (await test.own.ledger.acquire(laneKeyOf(lane()), 'next', 1)) === null);
    const closing = worker.lanes.close();
    reading.open();
    await closing;
    await expect(sent).rejects.toMatchObject({ retryable: true });
    expect(await test.own.ledger.acquire(laneKeyOf(lane()), 'next', 60_000)).not.toBeNull();
    expect(await worker.lanes.journaled(burn)).toEqual([]);
  });
});

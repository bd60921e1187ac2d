import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { Hex, PublicClient } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { operationFor } from '../../src/activities/operationFor';
import { createChain, type Chain } from '../../src/chains/chain';
import { createBlockWatcher, type BlockWatcher } from '../../src/chains/createBlockWatcher';
import { signOrder } from '../../src/client/signOrder';
import { TransientError } from '../../src/domain/errors';
import { identityOf } from '../../src/domain/fingerprint';
import type { SignedOrder } from '../../src/domain/order';
import { parseOrder } from '../../src/domain/parseOrder';
import { createLanes } from '../../src/lanes/createLanes';
import type { LaneOperation, Lanes } from '../../src/lanes/lane';
import type { LaneOptions } from '../../src/lanes/laneOptions';
import type { Pace } from '../../src/lanes/pace';
import { settleOperation, type SettledOperation } from '../../src/lanes/settleOperation';
import type { Ledger } from '../../src/ledger/createLedger';
import { devAccounts, type DevAccountName } from '../../src/local/devAccounts';
import { createLocalSigner } from '../../src/signers/createLocalSigner';
import { startTestLedger, type TestLedger } from './testLedger';
import type { TestStack } from './testStack';

/** Impatient, so that what a worker does in minutes is seen in seconds; a transaction is replaced only where a test is about that. */
const options: LaneOptions = {
  leaseTtlMs: 1_000,
  idleMs: 60_000,
  lingerMs: 20,
  mostOperations: 100,
  rebroadcastAfterMs: 200,
  bumpAfterMs: 60_000,
  maxFeePerGasWei: 500_000_000_000n,
};

/** What passes between a worker and its node, and what the test does about it. */
export interface Tap {
  /** The bytes the worker sent, in order, whether or not they arrived. */
  readonly sent: Hex[];
  /** The connection breaks under a send of these bytes: they never arrive. */
  swallows: (raw: Hex) => boolean;
  /** Waited for before a send, and before blocks are read. */
  beforeSend: (raw: Hex) => Promise<void>;
  beforeBlock: () => Promise<void>;
}

export interface TestWorker {
  readonly holder: string;
  readonly lanes: Lanes;
  readonly watcher: BlockWatcher;
  readonly ledger: Ledger;
  readonly tap: Tap;
  settle(operation: LaneOperation): Promise<SettledOperation>;
  close(): Promise<void>;
}

export interface TestWorkerOptions extends Partial<LaneOptions> {
  readonly keys?: readonly DevAccountName[];
  readonly confirmations?: number;
  readonly pollIntervalMs?: number;
  readonly mustBeVerified?: () => Promise<void>;
  /** Stands in for parts of its ledger. */
  readonly over?: (ledger: Ledger) => Partial<Ledger>;
}

/** Workers of one test: the stack's chains, a ledger of the test's own, and no Temporal. */
export interface TestLanes {
  readonly own: TestLedger;
  worker(options?: TestWorkerOptions): TestWorker;
  /** The burn of a new settlement that is entered in the ledger: what a lane is handed. */
  burn(holder?: DevAccountName): Promise<LaneOperation>;
  close(): Promise<void>;
}

export async function startTestLanes(stack: TestStack): Promise<TestLanes> {
  const own = await startTestLedger();
  const workers: TestWorker[] = [];
  return {
    own,
    worker(given = {}) {
      const worker = createWorker(stack, own, given);
      workers.push(worker);
      return worker;
    },
    async burn(holder) {
      return enterBurn(stack, own.ledger, await signAs(stack, holder ?? 'alice'));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await own.close();
    },
  };
}

function createWorker(stack: TestStack, own: TestLedger, given: TestWorkerOptions): TestWorker {
  const { keys = ['settler'], confirmations = 1, over, pollIntervalMs, mustBeVerified, ...laneOptions } = given;
  const { chain, tap } = tapped(
    createChain({
      ...stack.alder.config,
      pollIntervalMs: pollIntervalMs ?? stack.alder.config.pollIntervalMs,
      finality: { kind: 'confirmations', confirmations },
    }),
  );
  const shared = own.another();
  const ledger: Ledger = { ...shared, ...over?.(shared) };
  const watcher = createBlockWatcher(chain);
  const holder = `worker/${randomUUID()}`;
  const lanes = createLanes({
    chain,
    watcher,
    ledger,
    signers: keys.map((name) => createLocalSigner(accounts[name].privateKey)),
    holder,
    options: { ...options, ...laneOptions },
    log: pino({ level: 'silent' }),
    ...(mustBeVerified && { mustBeVerified }),
  });
  return {
    holder,
    lanes,
    watcher,
    ledger,
    tap,
    settle: (operation) => settleOperation(lanes, operation, createTestPace(), () => Promise.resolve()),
    async close() {
      await lanes.close();
      watcher.close();
    },
  };
}

function tapped(inner: Chain): { chain: Chain; tap: Tap } {
  const tap: Tap = {
    sent: [],
    swallows: () => false,
    beforeSend: () => Promise.resolve(),
    beforeBlock: () => Promise.resolve(),
  };
  const client = {
    ...inner.client,
    async getBlock(...args: Parameters<PublicClient['getBlock']>) {
      await tap.beforeBlock();
      return inner.client.getBlock(...args);
    },
    async sendRawTransaction(send: { serializedTransaction: Hex }) {
      const raw = send.serializedTransaction;
      tap.sent.push(raw);
      await tap.beforeSend(raw);
      if (tap.swallows(raw)) throw new Error('socket hang up');
      return inner.client.sendRawTransaction(send);
    },
  };
  return { chain: { config: inner.config, client: client as PublicClient }, tap };
}

/** Deriving the accounts takes as long as settling does. */
const accounts = devAccounts();
const templates = new WeakMap<TestStack, Promise<SignedOrder>>();

/** The stack's own order, under another id and as any holder's. */
async function signAs(stack: TestStack, holder: DevAccountName): Promise<SignedOrder> {
  const template = templates.get(stack) ?? stack.sign({});
  templates.set(stack, template);
  const { order } = await template;
  const { address, privateKey } = accounts[holder];
  const another = { ...parseOrder(order), settlementId: `test-${randomUUID()}`, holder: address };
  return signOrder(another, stack.alder.config.gateway, privateKeyToAccount(privateKey));
}

async function enterBurn(stack: TestStack, ledger: Ledger, signed: SignedOrder): Promise<LaneOperation> {
  const source = createChain(stack.alder.config);
  const order = parseOrder(signed.order);
  const { fingerprint } = identityOf(order, source.config.gateway);
  const { owner } = await ledger.enter({
    order,
    signature: signed.signature,
    burnStands: false,
    knownEpoch: null,
    fingerprint,
    sourceChain: stack.alder.config.name,
    destinationChain: stack.birch.config.name,
    runId: randomUUID(),
    scheduledAtMs: Date.now(),
    mode: 'start',
    attempt: 0,
  });
  return operationFor(identityOf(order, source.config.gateway), order, {
    kind: 'Burn',
    attempt: 0,
    owner,
    signature: signed.signature,
  });
}

/** Looks again at every news, and often; gives up before the test does. */
function createTestPace(): Pace {
  const endsAt = Date.now() + 30_000;
  return {
    execution: { runId: 'run-1', activityId: '1', attempt: 1, scheduledAtMs: Date.now() },
    cancelRequested: false,
    get isOver() {
      return Date.now() > endsAt;
    },
    async nextTurn(chainName, turnMs, news) {
      if (this.isOver) throw new TransientError('AWAITING_FINALITY', `still waiting for ${chainName}`);
      const stop = new AbortController();
      const turn = sleep(Math.min(turnMs, 200), undefined, { signal: stop.signal }).catch(() => undefined);
      await Promise.race([news, turn]);
      stop.abort();
    },
  };
}

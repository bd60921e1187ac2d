import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as PostgresClient } from 'pg';
import { scheduleIdOf } from '../../src/reconciliation/scheduleReconciliation';
import { createSettlementClient, type SettlementClient } from '../../src/client/createSettlementClient';
import { loadConfig, type Config } from '../../src/config';
import { settlementKeyOf } from '../../src/domain/fingerprint';
import { workflowType } from '../../src/domain/messages';
import type { SignedOrder } from '../../src/domain/order';
import type { SettlementRecord } from '../../src/domain/record';
import { createLedger } from '../../src/ledger/createLedger';
import { startAnvil } from '../../src/local/anvil';
import { deployChainPair, type DeployedChain } from '../../src/local/deploy';
import { localConfig } from '../../src/local/localConfig';
import { projectRoot } from '../../src/local/projectRoot';
import { startGuard, type Guard, type GuardedProcess } from '../../src/local/startGuard';
import { writeKeys } from '../../src/local/writeKeys';
import { checkInvariants } from './checkInvariants';
import { createTestDatabase } from './createTestDatabase';
import { createDropReplyProxy, type DropReplyProxy } from './dropReplyProxy';
import { chainOf, signDraft, type Draft } from './signDraft';
import { createTestChain, type TestChain } from './testChain';

export interface TestStackOptions {
  /** By a schedule of its own, which ends with the stack; unless given, only when a test says so. */
  readonly reconcileEveryMs?: number;
  /** Where its workers send alerts. */
  readonly alertsUrl?: string;
  /** What Temporal keeps is encrypted, by whoever uses the stack's configuration; `temporal` reads it as it is kept. */
  readonly encrypted?: boolean;
  readonly confirmations: number;
  readonly mintWindowMs: number;
  readonly undoAlarmMs?: number;
  readonly rpcTimeoutMs?: number;
  /** Workers reach each chain through a proxy that can lose replies. */
  readonly proxied?: boolean;
}

export interface WorkerBuild {
  /** Its compiled worker; this tree's where none is named. */
  readonly program?: string;
  readonly buildId?: string;
}

export interface TestStack {
  readonly chains: readonly DeployedChain[];
  readonly databaseUrl: string;
  readonly alder: TestChain;
  readonly birch: TestChain;
  readonly config: Config;
  readonly configPath: string;
  readonly client: SettlementClient;
  readonly temporal: Client;
  readonly proxies: readonly DropReplyProxy[];
  /** Everything the workers printed. */
  readonly workerLines: readonly string[];
  /** A real worker process, resolved once it polls; with the stack's configuration, or another one, or of another build. */
  startWorker(configPath?: string, build?: WorkerBuild): Promise<GuardedProcess>;
  /** An order from alice to bob, 1 token from alder to birch, where the draft does not say otherwise. */
  sign(draft: Draft): Promise<SignedOrder>;
  startRaw(workflowId: string, ...args: unknown[]): Promise<void>;
  handle(settlementId: string): WorkflowHandle;
  /** As an operator's `temporal workflow reset` to its last workflow task: another run goes on from there. */
  reset(settlementId: string): Promise<void>;
  /** Deletes the runs of an id from Temporal, as its retention does, and waits until they are gone. */
  forget(settlementId: string): Promise<void>;
  /** How often the activity that is under way has been tried. */
  pendingAttempts(settlementId: string): Promise<number>;
  /** What the gateways applied for an id, over both chains, in order of kind. */
  operationsOf(settlementId: string): ReturnType<typeof checkInvariants>;
  /** What the ledger says of it, whatever its run says. */
  inLedger(settlementId: string): Promise<SettlementRecord | undefined>;
  /** What operators said of it, as the ledger keeps it. */
  resolutionsOf(settlementId: string): Promise<readonly object[]>;
  /** As an operator who has looked: every paused route goes on. Returns how many there were. */
  resumeRoutes(): Promise<number>;
  /** How many journaled transactions the lanes still follow; what they follow they send again when a reorg drops it. */
  openTransactions(): Promise<number>;
  /** Waits for a state of the world that no event announces. */
  until(holds: () => Promise<boolean>): Promise<void>;
  /** Mines on both chains until stopped, so that things become final as they do on a living chain. */
  keepMining(): () => Promise<void>;
  close(): Promise<void>;
}

/** Two real chains with the real contracts, the run's Temporal server, and a task queue of its own. */
export async function startTestStack(options: TestStackOptions): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), 'settlement-stack-'));
  const guard = await startGuard();
  const anvils = await Promise.all([
    startAnvil({ name: 'alder', chainId: 31337, guard }),
    startAnvil({ name: 'birch', chainId: 31338, guard }),
  ]);
  const deployment = await deployChainPair(anvils);
  const proxies = options.proxied ? await Promise.all(anvils.map(({ rpcUrl }) => createDropReplyProxy(rpcUrl))) : [];
  writeKeys(join(folder, 'keys'), deployment.keys);
  const address = process.env.TEST_TEMPORAL_ADDRESS ?? '';
  const database = await createTestDatabase();
  const json = localConfig(deployment, {
    temporal: { address, namespace: 'default', taskQueue: `settlements-${randomUUID()}` },
    databaseUrl: database.url,
    finality: { kind: 'confirmations', confirmations: options.confirmations },
    mintWindowMs: options.mintWindowMs,
    pollIntervalMs: 50,
    ...(options.undoAlarmMs === undefined ? {} : { undoAlarmMs: options.undoAlarmMs }),
    keysFolder: 'keys',
  });
  const chains = json.chains.map((chain, index) => ({
    ...chain,
    rpcUrl: proxies[index]?.url ?? chain.rpcUrl,
    ...(options.rpcTimeoutMs === undefined ? {} : { rpcTimeoutMs: options.rpcTimeoutMs }),
  }));
  const configPath = join(folder, 'config.json');
  writeFileSync(join(folder, 'routing.key'), 'a routing key');
  const alerts = options.alertsUrl && { alerts: { url: options.alertsUrl, routingKeyFile: 'routing.key' } };
  const encryption = options.encrypted && { payloads: writePayloadKey(folder) };
  const reconciliation = { everyMs: options.reconcileEveryMs ?? null, graceMs: 0, blocksPerRead: 50 };
  writeFileSync(configPath, JSON.stringify({ ...json, chains, reconciliation, ...alerts, ...encryption }));
  const config = loadConfig(configPath);
  const connection = await Connection.connect({ address });
  const temporal = new Client({ connection });
  const client = await createSettlementClient(config);
  const ledger = createLedger({ databaseUrl: database.url });
  const workerLines: string[] = [];
  const miners: (() => Promise<void>)[] = [];
  const [alder, birch] = anvils.map((anvil, index) => createTestChain(chainOf(config, index), anvil)) as [
    TestChain,
    TestChain,
  ];

  return {
    chains: deployment.chains,
    databaseUrl: database.url,
    alder,
    birch,
    config,
    configPath,
    client,
    temporal,
    proxies,
    workerLines,
    startWorker: (path = configPath, build = {}) => startWorker(guard, path, workerLines, build),
    sign: (draft) => signDraft(config, draft),
    async startRaw(workflowId, ...args) {
      await temporal.workflow.start(workflowType, { workflowId, taskQueue: config.temporal.taskQueue, args });
    },
    handle: (settlementId) => temporal.workflow.getHandle(settlementId),
    reset: (settlementId) => reset(temporal, settlementId),
    forget: (settlementId) => forget(temporal, settlementId),
    async pendingAttempts(settlementId) {
      const { raw } = await temporal.workflow.getHandle(settlementId).describe();
      return raw.pendingActivities?.[0]?.attempt ?? 0;
    },
    async operationsOf(settlementId) {
      const applied = await checkInvariants(deployment.chains, database.url);
      const key = settlementKeyOf(settlementId);
      return applied.filter((one) => one.settlementKey === key).sort((a, b) => a.kind - b.kind);
    },
    inLedger: async (settlementId) => (await ledger.find(settlementId))?.record,
    resolutionsOf: (settlementId) => resolutionsOf(database.url, settlementId),
    async resumeRoutes() {
      const paused = await ledger.routePauses();
      for (const route of paused) await ledger.resumeRoute(route);
      return paused.length;
    },
    openTransactions: () => countOpenTransactions(database.url),
    until,
    keepMining() {
      const stop = keepMining([alder, birch]);
      miners.push(stop);
      return stop;
    },
    async close() {
      if (options.reconcileEveryMs !== undefined) await temporal.schedule.getHandle(scheduleIdOf(config)).delete();
      await Promise.all(miners.map((stop) => stop())); // a test that failed did not
      await Promise.all([client.close(), ledger.close()]);
      await connection.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
      for (const anvil of anvils) anvil.kill('SIGCONT'); // a stopped one would not end
      await guard.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writePayloadKey(folder: string) {
  writeFileSync(join(folder, 'payload.key'), randomBytes(32).toString('hex'));
  return { keyFiles: [{ id: 'of-this-stack', file: 'payload.key' }] };
}

async function startWorker(
  guard: Guard,
  configPath: string,
  lines: string[],
  { program = join(projectRoot(), 'dist', 'worker.js'), buildId }: WorkerBuild,
): Promise<GuardedProcess> {
  let ready: () => void = () => undefined;
  const polling = new Promise<void>((resolve) => (ready = resolve));
  const worker = await guard.start({
    name: `worker-${randomUUID()}`,
    command: process.execPath,
    args: [program],
    env: { SETTLEMENT_CONFIG: configPath, ...(buildId === undefined ? {} : { WORKER_BUILD_ID: buildId }) },
    graceMs: 20_000, // longer than a worker's own, after which what it does is taken up by another one
    onLine: (line) => {
      lines.push(line);
      if (line.includes('"worker ready"')) ready();
    },
  });
  const ended = worker.exited.then(() => Promise.reject(new Error(`the worker ended:\n${lines.slice(-5).join('\n')}`)));
  await Promise.race([polling, ended]);
  ended.catch(() => undefined); // later ends are the test's own doing
  return worker;
}

async function reset({ workflow, workflowService, options: { namespace } }: Client, workflowId: string): Promise<void> {
  const { events } = await workflow.getHandle(workflowId).fetchHistory();
  const last = events?.findLast(({ workflowTaskCompletedEventAttributes: completed }) => completed);
  await workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId },
    workflowTaskFinishEventId: last?.eventId,
    reason: 'an operator wants it',
    requestId: randomUUID(),
  });
}

async function forget(temporal: Client, workflowId: string): Promise<void> {
  const { namespace } = temporal.options;
  const handle = temporal.workflow.getHandle(workflowId);
  await temporal.workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } });
  await until(async () =>
    handle.describe().then(
      () => false,
      () => true,
    ),
  );
}

async function countOpenTransactions(databaseUrl: string): Promise<number> {
  const open = 'select count(*)::integer as count from ledger.transactions where final_at is null';
  const [row] = await askDatabase<{ count: number }>(databaseUrl, open);
  return row?.count ?? 0;
}

function resolutionsOf(databaseUrl: string, settlementId: string): Promise<readonly object[]> {
  const said = 'select status, action, said_by, evidence from ledger.resolutions where settlement_id = $1 order by id';
  return askDatabase(databaseUrl, said, [settlementId]);
}

async function askDatabase<Row extends object>(
  databaseUrl: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new PostgresClient(databaseUrl);
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited 60 s for: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function keepMining(chains: readonly TestChain[]): () => Promise<void> {
  const state = { stopped: false };
  const mining = (async () => {
    while (!state.stopped) {
      await Promise.all(chains.map((chain) => chain.mine(1).catch(() => undefined))); // one may be stopped by the test
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return async () => {
    state.stopped = true;
    await mining;
  };
}

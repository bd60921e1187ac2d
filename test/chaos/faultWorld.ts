import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createSettlementClient, type SettlementClient } from '../../src/client/createSettlementClient';
import { loadConfig } from '../../src/config';
import { startGuard, type Guard } from '../../src/local/startGuard';
import { startTestStack } from '../support/testStack';
import { createAlertReceiver, type AlertReceiver } from '../support/createAlertReceiver';
import { plantCanaries } from './canaries';
import { createChainHand, type ChainHand } from './chainHand';
import { forgetsAtOnce, readDatabaseUrl, type JudgedWorld } from './chaosWorld';
import { watchHeads } from './headWatch';
import { setChainClock } from './setChainClock';
import { startKillablePostgres, type KillablePostgres } from './killablePostgres';
import { startKillableTemporal, type KillableTemporal } from './killableTemporal';
import { readLaneSigners } from './laneSigners';
import { watchLeases } from './leaseWatch';
import { createRpcProxy, type RpcProxy } from './links/rpcProxy';
import { createTcpProxy, type TcpProxy } from './links/tcpProxy';
import type { ChaosOptions } from './options';
import { watchTold } from './toldWatch';
import { superviseWorkers, type SupervisedWorkers, type WorkerProgram } from './supervisedWorkers';

/** Everything real, and everything in somebody's hand: workers reach chains, ledger and Temporal through proxies only. */
export interface FaultWorld extends JudgedWorld {
  readonly databaseUrl: string;
  /** As the workers have it, most of the time. */
  readonly workerConfigPath: string;
  /** The same with three endpoints a chain, two of which must agree. */
  readonly quorumConfigPath: string;
  readonly workers: SupervisedWorkers;
  readonly postgres: KillablePostgres;
  readonly temporal: KillableTemporal;
  readonly chains: readonly [ChainHand, ChainHand];
  /** Three endpoints of each chain, all of one node; a worker without a quorum knows the first two. */
  readonly endpoints: readonly [readonly RpcProxy[], readonly RpcProxy[]];
  readonly databaseLink: TcpProxy;
  readonly temporalLink: TcpProxy;
  /** A client that reaches Temporal through a link of its own. */
  readonly farClient: { readonly client: SettlementClient; readonly link: TcpProxy };
  readonly alerts: AlertReceiver;
  readonly leaseTtlMs: number;
  close(): Promise<void>;
}

/** One more than the deepest reorg that is drawn, and one for a block that comes between. */
export const confirmations = 4;
export const deepestReorg = 2;
/** Long enough for one worker's death (the heartbeat timeout is 60 s), short enough that some mints run out of it. */
const mintWindowMs = 90_000;
const leaseTtlMs = 3_000;
const clientCount = 3;

type Closers = (() => Promise<unknown>)[];

/** What one suite wants otherwise than the others. */
export interface FaultWorldParts {
  readonly program?: WorkerProgram;
  /** Laid over the workers' configuration. */
  readonly config?: object;
  readonly policy?: FaultWorldPolicy;
}
export interface FaultWorldPolicy {
  readonly confirmations: number;
  readonly mintWindowMs: number;
  readonly betweenBlocksMs: number;
}
const usualPolicy: FaultWorldPolicy = { confirmations, mintWindowMs, betweenBlocksMs: 200 };

export async function startFaultWorld(
  options: ChaosOptions,
  folder: string,
  parts: FaultWorldParts = {},
): Promise<FaultWorld> {
  const closers: Closers = [];
  const close = async (): Promise<void> => {
    // Last come, first gone; what fails to close must not keep the rest.
    for (const closer of closers.splice(0).reverse()) {
      await closer().catch((error: unknown) => console.error(`while closing: ${String(error)}`));
    }
  };
  try {
    const guard = await startGuard();
    closers.push(() => guard.close());
    return { ...(await startAll(guard, options, folder, closers, parts)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startAll(
  guard: Guard,
  options: ChaosOptions,
  folder: string,
  closers: Closers,
  { program, config, policy = usualPolicy }: FaultWorldParts,
): Promise<Omit<FaultWorld, 'close'>> {
  const keep = <T extends { close(): Promise<unknown> }>(part: T): T => {
    closers.push(() => part.close());
    return part;
  };
  const postgres = await startKillablePostgres(guard, join(folder, 'postgres'));
  const files = { dbFile: join(folder, 'temporal.db'), logFile: join(folder, 'temporal.log') };
  const temporal = await startKillableTemporal(guard, { ...files, dynamicConfig: forgetsAtOnce });
  // The test stack takes them from the environment, as under jest.
  process.env.TEST_DATABASE_URL = postgres.url;
  process.env.TEST_TEMPORAL_ADDRESS = temporal.address;
  const stack = keep(await startTestStack(policy));
  for (const { rpcUrl } of stack.chains) await setChainClock(rpcUrl);
  const databaseUrl = readDatabaseUrl(stack.configPath) ?? '';
  const [databaseLink, temporalLink, farLink] = await Promise.all([
    createTcpProxy(Number(new URL(databaseUrl).port)).then(keep),
    createTcpProxy(temporal.port).then(keep),
    createTcpProxy(temporal.port).then(keep),
  ]);
  const [alder, birch] = stack.chains.map(({ rpcUrl }) =>
    Promise.all([0, 1, 2].map(() => createRpcProxy(rpcUrl).then(keep))),
  );
  if (!alder || !birch) throw new Error('a stack has two chains');
  const endpoints = [await alder, await birch] as const;
  const alerts = keep(await createAlertReceiver(0));
  const links = { endpoints, databaseLink, temporalLink, alertsUrl: alerts.url };
  const usual = { file: 'workers.json', endpointCount: 2, quorum: 1 };
  const workerConfigPath = writeWorkerConfig(stack.configPath, links, { ...usual, config });
  const quorum = { file: 'quorum.json', endpointCount: 3, quorum: 2 };
  const quorumConfigPath = writeWorkerConfig(stack.configPath, links, { ...quorum, config });
  const canaries = plantCanaries(workerConfigPath);
  const supervision = { configPath: workerConfigPath, folder, count: options.workers, program };
  const workers = keep(await superviseWorkers(guard, supervision));
  const chains = stack.chains.map((deployed, at) =>
    keep(createChainHand(deployed, at === 0 ? stack.alder : stack.birch, policy.betweenBlocksMs)),
  ) as [ChainHand, ChainHand];
  const clients = await Promise.all(
    Array.from({ length: clientCount }, async () => keep(await createSettlementClient(stack.config))),
  );
  const farConfig = { ...stack.config, temporal: { ...stack.config.temporal, address: `127.0.0.1:${farLink.port}` } };
  const farClient = { client: keep(await createSettlementClient(farConfig)), link: farLink };
  // On both chains, so that either direction has a recipient whose mint is refused.
  await stack.alder.freeze('mallory', true);
  await workers.allPoll();
  const heads = keep(watchHeads(stack.chains));
  return {
    ...{
      stack,
      folder,
      databaseUrl,
      workerConfigPath,
      quorumConfigPath,
      workers,
      postgres,
      temporal,
      chains,
      endpoints,
    },
    ...{ databaseLink, temporalLink, farClient, alerts, leaseTtlMs, clients, confirmations: policy.confirmations },
    laneSigners: readLaneSigners(stack.configPath),
    leases: keep(watchLeases(databaseUrl)),
    heads,
    told: keep(watchTold(databaseUrl, stack.chains, heads)),
    ...{ starts: [], batched: new Map(), forgottenIds: new Set(), rerunIds: new Set(), foreignHashes: new Set() },
    ...{ canaries, judgedRuns: new Set(), rewinds: [] },
  };
}

interface Links extends Pick<FaultWorld, 'endpoints' | 'databaseLink' | 'temporalLink'> {
  readonly alertsUrl: string;
}

interface WorkerConfig {
  readonly file: string;
  readonly endpointCount: number;
  readonly quorum: number;
  /** Laid over the rest. */
  readonly config: object | undefined;
}

interface ConfigJson {
  readonly temporal: Readonly<Record<string, unknown>>;
  readonly ledger: { readonly databaseUrl: string };
  readonly chains: readonly Readonly<Record<string, unknown>>[];
}

/** Beside the stack's own, so that its key files are found. */
function writeWorkerConfig(stackConfigPath: string, links: Links, wanted: WorkerConfig): string {
  const { file, endpointCount, quorum } = wanted;
  const json = JSON.parse(readFileSync(stackConfigPath, 'utf8')) as ConfigJson;
  const databaseUrl = new URL(json.ledger.databaseUrl);
  databaseUrl.host = `127.0.0.1:${links.databaseLink.port}`;
  const path = join(dirname(stackConfigPath), file);
  const chains = json.chains.map((chain, at) => ({
    ...chain,
    rpcUrl: undefined, // left out of the file
    rpcUrls: links.endpoints[at]?.slice(0, endpointCount).map(({ url }) => url),
    quorum,
    rpcTimeoutMs: 2_000,
    undoAlarmMs: 30_000,
  }));
  const config = {
    ...json,
    temporal: { ...json.temporal, address: `127.0.0.1:${links.temporalLink.port}` },
    ledger: { databaseUrl: databaseUrl.href },
    // Faults here last seconds: lanes must notice within them.
    lanes: { leaseTtlMs, rebroadcastAfterMs: 1_000, bumpAfterMs: 4_000 },
    order: { minValidityMs: 5_000 },
    alerts: { url: links.alertsUrl, routingKeyFile: 'routing.key' },
    chains,
    ...wanted.config,
  };
  writeFileSync(path, JSON.stringify(config));
  loadConfig(path); // a mistake in here is told here
  return path;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address, Hex } from 'viem';
import { z } from 'zod';
import { createSettlementClient, type SettlementClient } from '../../src/client/createSettlementClient';
import { startGuard, type Guard } from '../../src/local/startGuard';
import { startTemporalServer } from '../../src/local/temporalServer';
import { startTestStack, type TestStack } from '../support/testStack';
import { plantCanaries } from './canaries';
import type { Canary, Rewind, StartAnswer } from './checkers/world';
import type { AlertReceiver } from '../support/createAlertReceiver';
import { readLaneSigners } from './laneSigners';
import { watchHeads, type HeadWatch } from './headWatch';
import { watchLeases, type LeaseWatch } from './leaseWatch';
import { setChainClock } from './setChainClock';
import { startKillablePostgres, type KillablePostgres } from './killablePostgres';
import type { ChaosOptions } from './options';
import { watchTold, type ToldWatch } from './toldWatch';
import { startWorkerPool, type WorkerPool } from './workerPool';

/** Chains, ledger and Temporal, and what was asked of them: as much as the judges need. */
export interface JudgedWorld {
  readonly stack: TestStack;
  /** Connections of their own, as so many clients would have. */
  readonly clients: readonly SettlementClient[];
  /** The ledger's database as the workers' configuration names it; null while there is no ledger. */
  readonly databaseUrl: string | null;
  readonly laneSigners: readonly Address[];
  readonly leases: LeaseWatch | null;
  readonly heads: HeadWatch;
  readonly told: ToldWatch | null;
  /** Every answer to a start, as it arrived; the judges read it. */
  readonly starts: StartAnswer[];
  /** Fingerprints of what was acknowledged in a batch, by id. */
  readonly batched: Map<string, Hex>;
  readonly forgottenIds: Set<string>;
  readonly rerunIds: Set<string>;
  readonly foreignHashes: Set<string>;
  readonly confirmations: number;
  /** What was taken back past finality on purpose. */
  readonly rewinds: Rewind[];
  /** Logs lie there. */
  readonly folder: string;
  /** The secrets of the workers' configuration; they must stand nowhere else. */
  readonly canaries: readonly Canary[];
  readonly alerts: AlertReceiver | null;
  /** Runs whose histories were judged, and had ended: they do not change. */
  readonly judgedRuns: Set<string>;
}

/** Everything real: two chains, Temporal, Postgres, worker processes. */
export interface ChaosWorld extends JudgedWorld {
  readonly workers: WorkerPool;
  readonly postgres: KillablePostgres;
  close(): Promise<void>;
}

const confirmations = 2;
/** Longer than many deaths of workers in a row, each of which costs the heartbeat timeout: no refund is wanted here. */
const mintWindowMs = 3_600_000;
const clientCount = 4;
/** A deleted run is gone once the transfer queue acknowledges it: by default that takes 30 s. */
export const forgetsAtOnce = [
  'history.transferProcessorUpdateAckInterval="500ms"',
  'history.visibilityProcessorUpdateAckInterval="500ms"',
];

export async function startChaosWorld(options: ChaosOptions, folder: string): Promise<ChaosWorld> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    // Last come, first gone; what fails to close must not keep the rest.
    for (const closer of closers.splice(0).reverse()) {
      await closer().catch((error: unknown) => console.error(`while closing: ${String(error)}`));
    }
  };
  try {
    const guard = await startGuard();
    closers.push(() => guard.close());
    return await startAll(guard, options, folder, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function startAll(
  guard: Guard,
  options: ChaosOptions,
  folder: string,
  closers: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<ChaosWorld> {
  const postgres = await startKillablePostgres(guard, join(folder, 'postgres'));
  const temporal = await startTemporalServer({
    guard,
    dynamicConfig: forgetsAtOnce,
    logFile: join(folder, 'temporal.log'),
  });
  // The test stack takes them from the environment, as under jest.
  process.env.TEST_DATABASE_URL = postgres.url;
  process.env.TEST_TEMPORAL_ADDRESS = temporal.address;
  const stack = await startTestStack({ confirmations, mintWindowMs });
  closers.push(() => stack.close());
  for (const { rpcUrl } of stack.chains) await setChainClock(rpcUrl);
  const databaseUrl = readDatabaseUrl(stack.configPath);
  const canaries = plantCanaries(stack.configPath);
  const workers = await startWorkerPool(guard, { configPath: stack.configPath, folder, count: options.workers });
  closers.push(() => workers.close());
  const clients = await Promise.all(Array.from({ length: clientCount }, () => createSettlementClient(stack.config)));
  closers.push(() => Promise.all(clients.map((client) => client.close())));
  const leases = databaseUrl === null ? null : watchLeases(databaseUrl);
  if (leases) closers.push(() => leases.close());
  const heads = watchHeads(stack.chains);
  closers.push(() => heads.close());
  const told = databaseUrl === null ? null : watchTold(databaseUrl, stack.chains, heads);
  if (told) closers.push(() => told.close());
  closers.push(stack.keepMining());
  return {
    stack,
    workers,
    postgres,
    clients,
    databaseUrl,
    laneSigners: readLaneSigners(stack.configPath),
    leases,
    heads,
    told,
    ...{ starts: [], batched: new Map() },
    forgottenIds: new Set(),
    rerunIds: new Set(),
    foreignHashes: new Set(),
    confirmations,
    ...{ folder, canaries, alerts: null, judgedRuns: new Set(), rewinds: [] },
    close,
  };
}

/** From the file and not from the typed configuration: whether there is a ledger is a question here, not an assumption. */
export function readDatabaseUrl(configPath: string): string | null {
  const schema = z.looseObject({ ledger: z.looseObject({ databaseUrl: z.string() }).optional() });
  return schema.parse(JSON.parse(readFileSync(configPath, 'utf8'))).ledger?.databaseUrl ?? null;
}

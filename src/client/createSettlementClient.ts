import { Client, Connection } from '@temporalio/client';
import { createChain } from '../chains/chain';
import { readEnvironment, type Config } from '../config';
import { ConfigError } from '../domain/errors';
import type { Resolution } from '../domain/messages';
import type { SignedOrder } from '../domain/order';
import type { ReconciliationReport } from '../domain/reconciliation';
import type { SettlementRecord } from '../domain/record';
import type { SubmissionLane } from '../domain/submissionLane';
import { createLedger } from '../ledger/createLedger';
import { dataConverterOf } from '../payloads/dataConverterOf';
import { temporalTarget } from '../temporalTarget';
import { askTemporal } from './askTemporal';
import { awaitSettlement } from './awaitSettlement';
import { checkOrders } from './batches/checkOrders';
import { getBatch, type BatchStanding } from './batches/getBatch';
import { readDeadlines } from './batches/readDeadlines';
import { submitBatch, type SubmittedBatch } from './batches/submitBatch';
import { startInBulk } from './bulk/startInBulk';
import { cancelSettlement } from './cancelSettlement';
import { getSettlement } from './getSettlement';
import { listSettlements, type ListFilter } from './listSettlements';
import type { Started } from './openRun';
import { createProgressReader, type ProgressReader } from './progress/createProgressReader';
import { listReleases, type Release } from './releases/listReleases';
import { promoteRelease } from './releases/promoteRelease';
import { retireRelease } from './releases/retireRelease';
import { readOrder } from './readOrder';
import { reconcile } from './reconcile';
import { resolveSettlement } from './resolveSettlement';
import { retrySettlement } from './retrySettlement';
import { startSettlement } from './startSettlement';

/** What an integrator does with settlements; every operation is safe to repeat. */
export interface SettlementClient {
  /** @param lane `bulk`: in a batch with whoever is started at the same time, half a second later; needs the ledger */
  start(signed: SignedOrder, lane?: SubmissionLane): Promise<Started>;
  get(settlementId: string): Promise<SettlementRecord>;
  /** The signed order that stands under an id, or null when the id is free. */
  order(settlementId: string): Promise<SignedOrder | null>;
  /** Waits for COMPLETED or FAILED; does not throw for FAILED. */
  result(settlementId: string): Promise<SettlementRecord>;
  /** For who watches one settlement: its steps, with what ledger, run and chains tell of each. */
  progress(settlementId: string): ProgressReader;
  /** All that the filter lets through, newest first. */
  list(filter?: ListFilter): AsyncIterable<SettlementRecord>;
  retry(settlementId: string, requestId?: string): Promise<SettlementRecord>;
  cancel(settlementId: string): Promise<SettlementRecord>;
  resolve(settlementId: string, resolution: Resolution): Promise<SettlementRecord>;
  /** Submits many orders as one batch; `onStored` hears how many of them are kept. Needs the ledger. */
  submitBatch(
    batchId: string,
    signed: readonly SignedOrder[],
    onStored?: (count: number) => void,
  ): Promise<SubmittedBatch>;
  /** What submitBatch would find wrong with the orders; writes nothing. */
  checkBatch(signed: readonly SignedOrder[]): Promise<void>;
  batch(batchId: string): Promise<BatchStanding>;
  /** By settlement id the deadlines of a batch that stands. */
  batchDeadlines(batchId: string): Promise<ReadonlyMap<string, number>>;
  /** Holds chains, ledger and Temporal against each other now. */
  reconcile(): Promise<ReconciliationReport>;
  /** The builds of the workers, where the configuration names a deployment. */
  releases(): Promise<readonly Release[]>;
  /** New settlements go to this build, or so many of a hundred. */
  promoteRelease(buildId: string, percent?: number): Promise<void>;
  /** Hands what a build still drives over to the current one; how many runs those were. */
  retireRelease(buildId: string): Promise<number>;
  close(): Promise<void>;
}

/** @throws TransientError TEMPORAL_UNAVAILABLE when the server is not there; ConfigError CONFIG_INVALID for a payload key that cannot be read */
export async function createSettlementClient(config: Config): Promise<SettlementClient> {
  const { connectionOptions, namespace } = temporalTarget(config, readEnvironment());
  const dataConverter = dataConverterOf(config);
  const connection = await askTemporal(() => Connection.connect(connectionOptions));
  const ledger = config.ledger ? createLedger({ ...config.ledger, connectTimeoutMs: 15_000 }) : null;
  const client = new Client({ connection, namespace, dataConverter });
  const context = { client, config, chains: config.chains.map(createChain), ledger };
  const withLedger = () => {
    if (ledger) return { ...context, ledger };
    throw new ConfigError('CONFIG_INVALID', 'config: ledger.databaseUrl: batches need the ledger');
  };
  return {
    start: async (signed, lane = 'single') =>
      lane === 'bulk' ? startInBulk(withLedger(), signed) : startSettlement(context, signed),
    order: (settlementId) => readOrder(context, settlementId),
    get: (settlementId) => getSettlement(context, settlementId),
    result: (settlementId) => awaitSettlement(context, settlementId),
    progress: (settlementId) => createProgressReader({ ...context, ledger }, settlementId),
    list: (filter) => listSettlements(context, filter),
    retry: (settlementId, requestId) => retrySettlement(context, settlementId, requestId),
    cancel: (settlementId) => cancelSettlement(context, settlementId),
    resolve: (settlementId, resolution) => resolveSettlement(context, settlementId, resolution),
    submitBatch: async (batchId, signed, onStored) =>
      submitBatch(withLedger(), batchId, signed, onStored ? { onStored } : {}),
    async checkBatch(signed) {
      await checkOrders(context, signed);
    },
    batch: async (batchId) => getBatch(withLedger(), batchId),
    batchDeadlines: async (batchId) => readDeadlines(withLedger(), batchId),
    reconcile: () => reconcile(context),
    releases: async () => listReleases(context),
    promoteRelease: async (buildId, percent) => promoteRelease(context, buildId, percent),
    retireRelease: async (buildId) => retireRelease(context, buildId),
    async close() {
      await Promise.all([connection.close(), ledger?.close()]);
    },
  };
}

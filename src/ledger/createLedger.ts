import type { BatchRange } from '../domain/batch';
import { acquireLease, type Lease } from './acquireLease';
import { createToken, type NewToken } from './api/createToken';
import { eventAt } from './api/eventAt';
import { listTokens } from './api/listTokens';
import { readWebhook, type Webhook } from './api/readWebhook';
import { revokeToken } from './api/revokeToken';
import { searchSettlements, type Search } from './api/searchSettlements';
import { setWebhook } from './api/setWebhook';
import { advance } from './advance';
import { advanceAll } from './advanceAll';
import { addBatchOrders, type NewBatchOrder } from './batches/addBatchOrders';
import { batchOrders } from './batches/batchOrders';
import { claimOrders } from './batches/claimOrders';
import { closeBulk } from './batches/closeBulk';
import { createBatch, type NewBatch } from './batches/createBatch';
import { enterAll, type EnterAllContext, type EnterAllRequest } from './batches/enterAll';
import { findBatch } from './batches/findBatch';
import { findClaim } from './batches/findClaim';
import { markBulkStarted } from './batches/markBulkStarted';
import { readBatch } from './batches/readBatch';
import { beginRebuild } from './beginRebuild';
import { bumpEpoch } from './bumpEpoch';
import { enter } from './enter';
import { eventsOf } from './eventsOf';
import { exportEvents, type ExportPeriod } from './exportEvents';
import { extendLease } from './extendLease';
import { failUnburned, type FailUnburnedRequest } from './failUnburned';
import { finalizeNonces } from './finalizeNonces';
import { find } from './find';
import { findByKeys } from './findByKeys';
import { findMany } from './findMany';
import { finishRebuild } from './finishRebuild';
import { flush, type FlushOptions } from './flush';
import { journalSigners } from './journalSigners';
import type { ResolutionRecord } from '../domain/messages';
import type { EnterRequest, JournalOperation, LaneLease, Ownership, Step } from './ledger';
import { joinAdvances } from './joinAdvances';
import { list, type ListRequest } from './list';
import { markNoMint } from './markNoMint';
import { markRebuildRead } from './markRebuildRead';
import { openCounts } from './openCounts';
import { openLedger, type LedgerOptions } from './openLedger';
import { openTransactions } from './openTransactions';
import { readEpoch } from './readEpoch';
import { readHealth } from './readHealth';
import { rebuildProgress } from './rebuildProgress';
import { rebuildSettlements, type RebuiltSettlement } from './rebuildSettlements';
import { recordResolution, type ResolutionSource } from './recordResolution';
import { releaseLease } from './releaseLease';
import { reopen } from './reopen';
import { replace } from './replace';
import { retiredKeys } from './retiredKeys';
import { retireKeys, type ChainKey } from './retireKeys';
import { pauseRoute } from './pauseRoute';
import { resumeRoute } from './resumeRoute';
import { routePauses, type Route } from './routePauses';
import { reconciledBlock, type ReconciledBlock } from './reconciledBlock';
import { markReconciledBlock } from './markReconciledBlock';
import { changedSettlements } from './changedSettlements';
import { reconciledEvent } from './reconciledEvent';
import { markReconciledEvent } from './markReconciledEvent';
import { missingNonces } from './missingNonces';
import { markReconciledNonces } from './markReconciledNonces';
import { sealEvents } from './sealEvents';
import { stagedSettlements } from './stagedSettlements';
import { stageRebuild, type StagedTransaction } from './stageRebuild';
import type { LaneKey, Sign } from './transactions';
import { transactionsOf, type OperationQuery } from './transactionsOf';
import { verifyEvents } from './verifyEvents';
import { verifySeals } from './verifySeals';

/** The ledger's operations over one pool of connections. Nothing connects before the first of them is asked. */
export function createLedger(options: LedgerOptions) {
  const context = openLedger(options);
  const advanceJoined = joinAdvances(context);
  return Object.freeze({
    enter: (request: EnterRequest) => enter(context, request),
    enterAll: (requests: readonly EnterAllRequest[], by: EnterAllContext) => enterAll(context, requests, by),
    findBatch: (batchId: string) => findBatch(context, batchId),
    createBatch: (batch: NewBatch) => createBatch(context, batch),
    addBatchOrders: (batchId: string, orders: readonly NewBatchOrder[]) => addBatchOrders(context, batchId, orders),
    batchOrders: (range: BatchRange) => batchOrders(context, range),
    readBatch: (batchId: string) => readBatch(context, batchId),
    claimOrders: (orders: readonly Omit<NewBatchOrder, 'position'>[], mostOrders: number) =>
      claimOrders(context, orders, mostOrders),
    findClaim: (settlementId: string) => findClaim(context, settlementId),
    closeBulk: (windowMs: number) => closeBulk(context, windowMs),
    markBulkStarted: (batchId: string) => markBulkStarted(context, batchId),
    find: (settlementId: string) => find(context, settlementId),
    eventsOf: (settlementId: string) => eventsOf(context, settlementId),
    findMany: (settlementIds: readonly string[]) => findMany(context, settlementIds),
    findByKeys: (settlementKeys: readonly `0x${string}`[]) => findByKeys(context, settlementKeys),
    openCounts: () => openCounts(context),
    list: (request: ListRequest) => list(context, request),
    search: (search: Search) => searchSettlements(context, search),
    advance: (steps: Step | readonly [Step, ...Step[]]) => advance(advanceJoined, steps),
    advanceAll: (steps: readonly Step[]) => advanceAll(context, steps),
    failUnburned: (request: FailUnburnedRequest) => failUnburned(context, request),
    markNoMint: (request: { readonly owner: Ownership; readonly attempt: number }) => markNoMint(context, request),
    flush: <Op extends JournalOperation>(
      lane: LaneLease,
      operations: readonly Op[],
      sign: Sign<Op>,
      flushOptions?: FlushOptions,
    ) => flush(context, lane, operations, sign, flushOptions),
    replace: <Op extends JournalOperation>(lane: LaneLease, nonce: number, operations: readonly Op[], sign: Sign<Op>) =>
      replace(context, lane, nonce, operations, sign),
    transactionsOf: (query: OperationQuery) => transactionsOf(context, query),
    openTransactions: (lane: LaneKey) => openTransactions(context, lane),
    finalizeNonces: (lane: LaneLease, belowNonce: number) => finalizeNonces(context, lane, belowNonce),
    acquire: (key: string, holder: string, ttlMs: number) => acquireLease(context, key, holder, ttlMs),
    extend: (lease: Lease, ttlMs: number) => extendLease(context, lease, ttlMs),
    release: (lease: Lease) => releaseLease(context, lease),
    readEpoch: () => readEpoch(context),
    readHealth: () => readHealth(context),
    bumpEpoch: (reason: string) => bumpEpoch(context, reason),
    retireKeys: (epoch: number, keys: readonly ChainKey[]) => retireKeys(context, epoch, keys),
    retiredKeys: () => retiredKeys(context),
    reopen: (epoch: number) => reopen(context, epoch),
    journalSigners: () => journalSigners(context),
    beginRebuild: (reason: string) => beginRebuild(context, reason),
    rebuildProgress: (chainId: number) => rebuildProgress(context, chainId),
    stageRebuild: (staged: readonly StagedTransaction[]) => stageRebuild(context, staged),
    markRebuildRead: (chainId: number, nextBlock: bigint) => markRebuildRead(context, chainId, nextBlock),
    stagedSettlements: (page: { readonly after: number; readonly limit: number }) => stagedSettlements(context, page),
    rebuildSettlements: (settlements: readonly RebuiltSettlement[]) => rebuildSettlements(context, settlements),
    finishRebuild: () => finishRebuild(context),
    recordResolution: (record: ResolutionRecord, source: ResolutionSource) => recordResolution(context, record, source),
    pauseRoute: (route: Route, why: { readonly reason: string; readonly by: string }) =>
      pauseRoute(context, route, why),
    resumeRoute: (route: Route) => resumeRoute(context, route),
    routePauses: () => routePauses(context),
    reconciledBlock: (chainId: number) => reconciledBlock(context, chainId),
    markReconciledBlock: (chainId: number, block: ReconciledBlock) => markReconciledBlock(context, chainId, block),
    changedSettlements: (after: bigint, limit: number) => changedSettlements(context, after, limit),
    reconciledEvent: () => reconciledEvent(context),
    markReconciledEvent: (event: bigint) => markReconciledEvent(context, event),
    missingNonces: (key: ChainKey, belowNonce: number) => missingNonces(context, key, belowNonce),
    markReconciledNonces: (key: ChainKey, nextNonce: number) => markReconciledNonces(context, key, nextNonce),
    createToken: (token: NewToken) => createToken(context, token),
    listTokens: () => listTokens(context),
    revokeToken: (nameOrId: string) => revokeToken(context, nameOrId),
    setWebhook: (nameOrId: string, webhook: Webhook | null) => setWebhook(context, nameOrId, webhook),
    eventAt: (settlementId: string, seq: number) => eventAt(context, settlementId, seq),
    readWebhook: (tokenId: string) => readWebhook(context, tokenId),
    verifyEvents: () => verifyEvents(context),
    exportEvents: (period: ExportPeriod) => exportEvents(context, period),
    sealEvents: (key: string) => sealEvents(context, key),
    verifySeals: (key: string) => verifySeals(context, key),
    close: () => context.close(),
  });
}

export type Ledger = ReturnType<typeof createLedger>;

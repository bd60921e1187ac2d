import DataLoader from 'dataloader';
import type { SettlementRecord } from '../domain/record';
import { amountsInFlight } from './api/amountsInFlight';
import { eventsOf } from './api/eventsOf';
import { findKnown } from './api/findKnown';
import { findTokens, type FoundToken } from './api/findTokens';
import { hasTokens } from './api/hasTokens';
import { keepAnswer } from './api/keepAnswer';
import { liveWebhooks } from './api/liveWebhooks';
import { moveWebhookCursor } from './api/moveWebhookCursor';
import { newEvents } from './api/newEvents';
import { releaseSubmission } from './api/releaseSubmission';
import { reserveSubmissions } from './api/reserveSubmissions';
import { reserveSubmission, type Reservation } from './api/reserveSubmission';
import { searchSettlements, type Search } from './api/searchSettlements';
import { webhookCursor } from './api/webhookCursor';
import { addBatchOrders, type NewBatchOrder } from './batches/addBatchOrders';
import { claimOrders } from './batches/claimOrders';
import { createBatch, type NewBatch } from './batches/createBatch';
import { findBatch } from './batches/findBatch';
import { findClaim } from './batches/findClaim';
import { readBatch } from './batches/readBatch';
import { find } from './find';
import { apiRole } from './migrations/0008/roles';
import { openLedger, type LedgerOptions } from './openLedger';
import { readEpoch } from './readEpoch';
import { routePauses } from './routePauses';

/** The ledger as the HTTP API has it: reads, its own notes, and the orders of batches. Its role could write no more than that. */
export function createApiLedger(options: Omit<LedgerOptions, 'role'>) {
  const context = openLedger({ ...options, role: apiRole });
  // Requests that are read in the same turn of the event loop have their tokens looked up together; never an answer from before.
  const tokens = new DataLoader<string, FoundToken | null>((ids) => findTokens(context, ids), {
    cache: false,
    batchScheduleFn: (send) => void setImmediate(send),
  });
  return Object.freeze({
    find: (settlementId: string) => find(context, settlementId),
    search: (search: Search) => searchSettlements(context, search),
    eventsOf: (settlementId: string, afterSeq: number) => eventsOf(context, settlementId, afterSeq),
    newEvents: (after: bigint, limit: number) => newEvents(context, after, limit),
    liveWebhooks: () => liveWebhooks(context),
    webhookCursor: () => webhookCursor(context),
    moveWebhookCursor: (event: bigint) => moveWebhookCursor(context, event),
    amountsInFlight: () => amountsInFlight(context),
    hasTokens: () => hasTokens(context),
    findToken: (id: string) => tokens.load(id),
    reserveSubmission: (wanted: Reservation) => reserveSubmission(context, wanted),
    reserveSubmissions: (
      wanted: readonly { readonly settlementId: string; readonly holder: string }[],
      maxOpen: number,
    ) => reserveSubmissions(context, wanted, maxOpen),
    findBatch: (batchId: string) => findBatch(context, batchId),
    createBatch: (batch: NewBatch) => createBatch(context, batch),
    addBatchOrders: (batchId: string, orders: readonly NewBatchOrder[]) => addBatchOrders(context, batchId, orders),
    readBatch: (batchId: string) => readBatch(context, batchId),
    findKnown: (settlementIds: readonly string[]) => findKnown(context, settlementIds),
    claimOrders: (orders: readonly Omit<NewBatchOrder, 'position'>[], mostOrders: number) =>
      claimOrders(context, orders, mostOrders),
    findClaim: (settlementId: string) => findClaim(context, settlementId),
    releaseSubmission: (settlementId: string) => releaseSubmission(context, settlementId),
    keepAnswer: (answer: SettlementRecord) => keepAnswer(context, answer),
    routePauses: () => routePauses(context),
    readEpoch: () => readEpoch(context),
    close: () => context.close(),
  });
}

export type ApiLedger = ReturnType<typeof createApiLedger>;

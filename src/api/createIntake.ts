import DataLoader from 'dataloader';
import { checkTogether, type FreshOrder } from '../client/bulk/checkTogether';
import { conflict } from '../client/findStanding';
import type { OrderJson } from '../domain/order';
import type { ClaimAnswer } from '../ledger/batches/claimOrders';
import type { ApiContext } from './apiContext';

export interface BulkOrder extends FreshOrder {
  readonly json: OrderJson;
}

export interface Accepted {
  readonly claimedAt: Date;
  /** False: this very order was accepted before. */
  readonly created: boolean;
}

export interface Intake {
  /**
   * Accepts an order into the batch that is open; null: it has to be looked at alone.
   * @throws PermanentError IDEMPOTENCY_CONFLICT; TransientError CHAIN_UNAVAILABLE, LEDGER_UNAVAILABLE
   */
  accept(order: BulkOrder): Promise<Accepted | null>;
}

/** So long the first of a group waits for others: each group costs the chains and the ledger a few questions, however many it has. */
const gatherMs = 10;
const mostTogether = 500;

/**
 * Looks at orders that come at the same time together, and accepts them together; what comes meanwhile is the next group. Each way
 * between two chains has groups of its own: a chain that does not answer holds up nobody else's.
 */
export function createIntake(context: Pick<ApiContext, 'client' | 'ledger'>): Intake {
  const ways = new Map<string, DataLoader<BulkOrder, Accepted | null>>();
  return {
    accept(bulk) {
      const way = `${bulk.order.sourceChainId}-${bulk.order.destinationChainId}`;
      const groups = ways.get(way) ?? gather((orders) => acceptAll(context, orders));
      ways.set(way, groups);
      return groups.load(bulk);
    },
  };
}

type Answer = Accepted | null | Error;

function gather(acceptTogether: (orders: readonly BulkOrder[]) => Promise<readonly Answer[]>) {
  let underWay: Promise<unknown> = Promise.resolve();
  return new DataLoader<BulkOrder, Accepted | null>(
    (orders) => {
      const answers = acceptTogether(orders);
      underWay = answers.catch(() => undefined);
      return answers;
    },
    {
      cache: false,
      maxBatchSize: mostTogether,
      batchScheduleFn: (send) => void underWay.then(() => setTimeout(send, gatherMs)),
    },
  );
}

async function acceptAll(
  { client, ledger }: Pick<ApiContext, 'client' | 'ledger'>,
  orders: readonly BulkOrder[],
): Promise<readonly Answer[]> {
  const known = await ledger.findKnown(orders.map(({ order }) => order.settlementId));
  const fresh = orders.filter(({ order }) => !known.has(order.settlementId));
  const good = await checkTogether(client, fresh);
  const admitted = await admit({ client, ledger }, [...good]);
  const claims = await ledger.claimOrders(
    admitted.map(({ json, signature, fingerprint }) => ({ order: json, signature, fingerprint })),
    client.config.bulk.mostOrders,
  );
  const answers = new Map(admitted.map((order, at) => [order, claims[at]]));
  return orders.map((order) => answerOf(order, answers.get(order)));
}

function answerOf({ order }: BulkOrder, claim: ClaimAnswer | undefined): Answer {
  if (claim?.outcome === 'conflict') return conflict(order.settlementId);
  return claim?.claimedAt ? { claimedAt: claim.claimedAt, created: claim.outcome === 'claimed' } : null;
}

/** Those that found a place among their holder's open settlements. Of a holder who has not enough places nobody is let in together. */
async function admit(
  { client, ledger }: Pick<ApiContext, 'client' | 'ledger'>,
  orders: readonly BulkOrder[],
): Promise<readonly BulkOrder[]> {
  let admitted = orders;
  for (;;) {
    if (admitted.length === 0) return admitted;
    const wanted = admitted.map(({ order: { settlementId, holder } }) => ({ settlementId, holder }));
    const full = await ledger.reserveSubmissions(wanted, client.config.api.maxOpenPerHolder);
    if (full === null) return admitted;
    admitted = admitted.filter(({ order }) => order.holder !== full);
  }
}

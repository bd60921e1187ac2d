import { groupBy } from 'es-toolkit/array';
import type { BatchRequest, Straggler } from '../../domain/batch';
import { PermanentError } from '../../domain/errors';
import { identityOf, type OrderIdentity } from '../../domain/fingerprint';
import type { OrderJson, SettlementOrder } from '../../domain/order';
import { parseOrder } from '../../domain/parseOrder';
import { parseSignature } from '../../domain/parseSignature';
import type { BatchOrder } from '../../ledger/batches/batchOrders';
import type { LedgerSettlement } from '../../ledger/ledger';
import { desksOf, type ChainDesk, type Dependencies } from '../dependencies';

/** One order of a batch, with the chains it moves between. */
export interface BatchItem {
  readonly position: number;
  readonly json: OrderJson;
  readonly order: SettlementOrder;
  readonly signature: `0x${string}`;
  readonly identity: OrderIdentity;
  readonly source: ChainDesk;
  readonly destination: ChainDesk;
}

/** One with its row in the ledger. */
export interface BatchRow {
  readonly item: BatchItem;
  readonly row: LedgerSettlement;
}

/** Items that move between the same two chains. */
export interface BatchGroup {
  readonly source: ChainDesk;
  readonly destination: ChainDesk;
  readonly items: readonly BatchItem[];
}

export interface BatchItems {
  readonly groups: readonly BatchGroup[];
  readonly stragglers: readonly Straggler[];
}

/**
 * The orders of a range but those that have left, by their chains. One that is none, or is for chains that this worker does not know, is a straggler.
 * @throws PermanentError NOT_FOUND when not all of them are in the ledger
 */
export async function readItems(deps: Dependencies, { except, ...range }: BatchRequest): Promise<BatchItems> {
  const left = new Set(except);
  const rows = await deps.ledger.batchOrders(range);
  if (rows.length !== range.to - range.from) {
    const { batchId, from, to } = range;
    throw new PermanentError('NOT_FOUND', `batch ${batchId} has ${rows.length} orders from ${from} to ${to}`);
  }
  const stragglers: Straggler[] = [];
  const items: BatchItem[] = [];
  for (const row of rows.filter(({ position }) => !left.has(position))) {
    try {
      items.push(toItem(deps, row));
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      stragglers.push({ position: row.position, code: error.code });
    }
  }
  const byWay = groupBy(items, ({ order }) => `${order.sourceChainId}-${order.destinationChainId}`);
  const groups = Object.values(byWay).map((group) => {
    const [{ source, destination }] = group as [BatchItem];
    return { source, destination, items: group };
  });
  return { groups, stragglers };
}

function toItem(deps: Dependencies, { position, order: json, signature }: BatchOrder): BatchItem {
  const order = parseOrder(json);
  const { source, destination } = desksOf(deps, order);
  const identity = identityOf(order, source.chain.config.gateway);
  return { position, json, order, signature: parseSignature(signature), identity, source, destination };
}

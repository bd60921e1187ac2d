import { readGatewayEvents, type GatewayEvent } from '../chains/watcher/readGatewayEvents';
import type { SettlementRecord } from '../domain/record';
import type { Ledger } from '../ledger/createLedger';
import type { LedgerSettlement } from '../ledger/ledger';
import type { Mismatches } from './mismatches';
import { blockRanges } from './blockRanges';
import type { PinnedChain } from './recoveryContext';
import type { RouteTotals } from './routeTotals';

export interface HoldEventsOptions {
  /** Of one eth_getLogs. */
  readonly blocksPerRead: number;
  readonly onProgress: (line: string) => void;
}

/** Holds everything a gateway applied, up to the pinned block, against the rows. Returns how many operations there are. */
export async function holdEvents(
  ledger: Ledger,
  pinned: PinnedChain,
  { totals, mismatches }: { readonly totals: RouteTotals; readonly mismatches: Mismatches },
  options: HoldEventsOptions,
): Promise<number> {
  let count = 0;
  for await (const events of eventsOf(pinned, options)) {
    const rows = await ledger.findByKeys([...new Set(events.map(({ settlementKey }) => settlementKey))]);
    for (const event of events) {
      const row = rows.get(event.settlementKey);
      const what = faultOf(event, row);
      if (what !== null) {
        const { name } = pinned.chain.config;
        mismatches.add({ settlementId: row?.record.settlementId ?? null, what: `${name}: ${what}` });
      }
      if (row?.fingerprint === event.fingerprint) totals.addEvent(row, event);
    }
    count += events.length;
  }
  return count;
}

async function* eventsOf(
  { chain, block }: PinnedChain,
  { blocksPerRead, onProgress }: HoldEventsOptions,
): AsyncGenerator<readonly GatewayEvent[]> {
  const all = { fromBlock: BigInt(chain.config.gatewayDeployedAtBlock), toBlock: block.number };
  for (const range of blockRanges(all, blocksPerRead)) {
    const events = await readGatewayEvents(chain, { ...range, onlyHash: null });
    yield events.filter(({ name }) => name === 'OperationApplied');
    onProgress(`${chain.config.name}: read up to block ${range.toBlock} of ${block.number}`);
  }
}

function faultOf(event: GatewayEvent, row: LedgerSettlement | undefined): string | null {
  const { kind, attempt, transactionHash, amount } = event;
  const told = `${kind}(${attempt}) in ${transactionHash}`;
  if (!row) return `${told} is of a settlement that is not in the ledger (key ${event.settlementKey})`;
  if (row.fingerprint !== event.fingerprint) return `${told} is of another order (${event.fingerprint}) than the row`;
  if (amount !== row.order.amount) return `${told} moved ${String(amount)}, the row says ${row.order.amount}`;
  const named = attempt === row.record.attempt ? hashIn(row.record, kind) : null;
  return named === null || named === transactionHash ? null : `${told}, the row names ${named}`;
}

function hashIn({ burnTxHash, mintTxHash, refundTxHash }: SettlementRecord, kind: GatewayEvent['kind']): string | null {
  return { Burn: burnTxHash, Mint: mintTxHash, Refund: refundTxHash, CancelMint: null, ReverseMint: null }[kind];
}

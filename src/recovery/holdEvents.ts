import { readGatewayEvents, type GatewayEvent } from '../chains/watcher/readGatewayEvents';
import type { Ledger } from '../ledger/createLedger';
import { faultOfEvent } from './faultOfEvent';
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
      const what = faultOfEvent(event, row);
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

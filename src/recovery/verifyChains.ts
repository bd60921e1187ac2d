import { holdEvents, type HoldEventsOptions } from './holdEvents';
import { holdRows, type HoldRowsOptions } from './holdRows';
import { createMismatches, type Mismatch } from './mismatches';
import { pinChains, type RecoveryContext } from './recoveryContext';
import { createRouteTotals, type RouteTotal } from './routeTotals';

export interface VerifyOptions extends HoldRowsOptions, HoldEventsOptions {
  /** The rest is only counted. */
  readonly mostMismatches: number;
}

export interface ChainsVerified {
  readonly ok: boolean;
  readonly blocks: readonly { readonly chain: string; readonly upTo: number }[];
  readonly settlements: number;
  /** Applied ones, by the gateways' events. */
  readonly operations: number;
  readonly routes: readonly RouteTotal[];
  readonly mismatchCount: number;
  /** The first of them. */
  readonly mismatches: readonly Mismatch[];
}

/**
 * Holds the ledger against the chains, both ways: every row against its two slots, and every operation that the gateways applied
 * against its row; and of each route whether what was burned is minted, refunded, or in flight. Reads one final block of each
 * chain, in pages; a settlement that seems wrong because it moves on meanwhile is looked at twice.
 * @throws TransientError CHAIN_UNAVAILABLE, LEDGER_UNAVAILABLE
 */
export async function verifyChains(context: RecoveryContext, options: VerifyOptions): Promise<ChainsVerified> {
  // Before any row is read: what is in these blocks was entered before.
  const chains = await pinChains(context.chains);
  const mismatches = createMismatches(options.mostMismatches);
  const totals = createRouteTotals();
  const settlements = await holdRows(context, chains, { totals, mismatches }, options);
  let operations = 0;
  for (const pinned of chains) {
    operations += await holdEvents(context.ledger, pinned, { totals, mismatches }, options);
  }
  const routes = totals.routes();
  for (const { sourceChain, destinationChain, token, unaccounted } of routes) {
    if (unaccounted === '0') continue;
    const what = `${token} from ${sourceChain} to ${destinationChain}: by its events ${unaccounted} more is out than in flight`;
    mismatches.add({ settlementId: null, what });
  }
  return {
    ok: mismatches.count() === 0,
    blocks: chains.map(({ chain, block }) => ({ chain: chain.config.name, upTo: Number(block.number) })),
    settlements,
    operations,
    routes,
    mismatchCount: mismatches.count(),
    mismatches: mismatches.first(),
  };
}

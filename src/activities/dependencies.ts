import type { Chain } from '../chains/chain';
import type { Config } from '../config';
import { PermanentError } from '../domain/errors';
import type { SettlementOrder } from '../domain/order';
import type { Lanes } from '../lanes/lane';
import type { Alert } from '../domain/alert';
import type { Ledger } from '../ledger/createLedger';

/** A chain and the lanes that may move money on it. Refunds and tombstones never queue behind burns and mints. */
export interface ChainDesk {
  readonly chain: Chain;
  readonly settler: Lanes;
  readonly refunder: Lanes;
  /** Absent where this worker holds no reverser key: it then cannot reverse a mint. */
  readonly reverser: Lanes | null;
}

/** What activities work with; made once at worker start, nothing global. */
export interface Dependencies {
  readonly desks: readonly ChainDesk[];
  readonly ledger: Ledger;
  /** The ledger's epoch when this worker started, before it read anything of a chain. A restore asks for a new start. */
  readonly epoch: number;
  readonly orderBounds: Config['order'];
  /** Tells whoever is on call. @throws TransientError ALERT_UNDELIVERED */
  readonly sendAlert: (alert: Alert) => Promise<void>;
}

/** @throws PermanentError UNKNOWN_CHAIN */
export function desksOf(deps: Dependencies, order: SettlementOrder): { source: ChainDesk; destination: ChainDesk } {
  return { source: deskOf(deps, order.sourceChainId), destination: deskOf(deps, order.destinationChainId) };
}

/** The desk of a chain, or null where this worker is not configured for it. */
export function findDesk(deps: Dependencies, chainId: bigint): ChainDesk | null {
  return deps.desks.find(({ chain }) => BigInt(chain.config.chainId) === chainId) ?? null;
}

function deskOf(deps: Dependencies, chainId: bigint): ChainDesk {
  const desk = findDesk(deps, chainId);
  if (desk) return desk;
  const known = deps.desks.map(({ chain }) => `${chain.config.name} (${chain.config.chainId})`).join(', ');
  throw new PermanentError('UNKNOWN_CHAIN', `chain ${chainId} is not configured; known: ${known}`);
}

import type { GatewayEvent } from '../chains/watcher/readGatewayEvents';
import { isApplied, type OperationKind, type Slot } from '../domain/slot';
import type { LedgerSettlement } from '../ledger/ledger';

/** What went through one token's route, in base units, decimal. */
export interface RouteTotal {
  readonly sourceChain: string;
  readonly destinationChain: string;
  /** On the source chain. */
  readonly token: string;
  readonly burned: string;
  readonly refunded: string;
  readonly minted: string;
  readonly reversed: string;
  /** By the slots: burned, and neither minted nor refunded. */
  readonly inFlight: string;
  /** burned - refunded - minted + reversed - inFlight, by the events: zero, or tokens were made or lost. */
  readonly unaccounted: string;
}

interface Sums {
  readonly route: Pick<RouteTotal, 'sourceChain' | 'destinationChain' | 'token'>;
  readonly byKind: Record<OperationKind, bigint>;
  inFlight: bigint;
}

export interface RouteTotals {
  addSlots(row: LedgerSettlement, source: Slot, destination: Slot): void;
  addEvent(row: LedgerSettlement, event: GatewayEvent): void;
  routes(): readonly RouteTotal[];
}

/** Sums of events and of slots, route by route: two tellings of the same, from different parts of the chains. */
export function createRouteTotals(): RouteTotals {
  const sums = new Map<string, Sums>();
  const sumsOf = ({ record: { sourceChain, destinationChain, token } }: LedgerSettlement): Sums => {
    const key = `${sourceChain}/${destinationChain}/${token}`;
    const known = sums.get(key);
    if (known) return known;
    const byKind = { Burn: 0n, Refund: 0n, Mint: 0n, CancelMint: 0n, ReverseMint: 0n };
    const fresh = { route: { sourceChain, destinationChain, token }, byKind, inFlight: 0n };
    sums.set(key, fresh);
    return fresh;
  };
  return {
    addSlots(row, source, destination) {
      const { amount } = row.order;
      const own = sumsOf(row);
      if (isApplied(source, 'Burn', source.attempt)) own.inFlight += amount;
      if (isApplied(destination, 'Mint', destination.attempt)) own.inFlight -= amount;
    },
    addEvent(row, { kind, amount }) {
      sumsOf(row).byKind[kind] += amount ?? 0n;
    },
    routes: () => [...sums.values()].map(toTotal),
  };
}

function toTotal({ route, byKind, inFlight }: Sums): RouteTotal {
  const { Burn: burned, Refund: refunded, Mint: minted, ReverseMint: reversed } = byKind;
  const unaccounted = burned - refunded - minted + reversed - inFlight;
  return {
    ...route,
    burned: burned.toString(),
    refunded: refunded.toString(),
    minted: minted.toString(),
    reversed: reversed.toString(),
    inFlight: inFlight.toString(),
    unaccounted: unaccounted.toString(),
  };
}

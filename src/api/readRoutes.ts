import { zeroAddress } from 'viem';
import type { Chain } from '../chains/chain';
import { readLimit } from '../chains/readLimit';
import { readPaused } from '../chains/readPaused';
import { readRoute } from '../chains/readRoute';
import type { TokenConfig } from '../config';
import { TransientError } from '../domain/errors';
import type { RoutePause } from '../ledger/routePauses';
import type { ApiContext } from './apiContext';

/** One token's way from one chain to another, as it is now. */
export interface RouteInfo {
  readonly sourceChain: string;
  readonly destinationChain: string;
  readonly token: string;
  readonly destinationToken: string;
  /** Registered and enabled, and neither gateway paused; null: a chain does not say. */
  readonly enabled: boolean | null;
  /** By an operator, or because something contradicts itself: what is submitted waits. */
  readonly paused: boolean;
  /** The most that one settlement may move, and the most that could move just now; base units, null: a chain does not say. */
  readonly maxAmount: string | null;
  readonly availableAmount: string | null;
}

interface Ends {
  readonly source: Chain;
  readonly destination: Chain;
  readonly token: TokenConfig;
  readonly destinationToken: TokenConfig;
}

/** Every route that the configuration knows: tokens of one symbol, on two chains. */
export async function readRoutes({
  client: { chains },
  ledger,
}: Pick<ApiContext, 'client' | 'ledger'>): Promise<readonly RouteInfo[]> {
  const pauses = await ledger.routePauses();
  return Promise.all([...endsOf(chains)].map((ends) => readOne(ends, pauses)));
}

function* endsOf(chains: readonly Chain[]): Generator<Ends> {
  for (const source of chains) {
    for (const destination of chains) {
      if (source === destination) continue;
      for (const token of source.config.tokens) {
        const destinationToken = destination.config.tokens.find(({ symbol }) => symbol === token.symbol);
        if (destinationToken) yield { source, destination, token, destinationToken };
      }
    }
  }
}

async function readOne(ends: Ends, pauses: readonly RoutePause[]): Promise<RouteInfo> {
  const { source, destination, token, destinationToken } = ends;
  const [sourceChain, destinationChain] = [source.config.name, destination.config.name];
  const route = { sourceChain, destinationChain, token: token.address, destinationToken: destinationToken.address };
  const paused = pauses.some((one) => one.sourceChain === sourceChain && one.destinationChain === destinationChain);
  try {
    return { ...route, paused, ...(await askGateways(ends)) };
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    return { ...route, paused, enabled: null, maxAmount: null, availableAmount: null };
  }
}

async function askGateways({ source, destination, token, destinationToken }: Ends) {
  const [registered, burn, mint, ...pausedWords] = await Promise.all([
    readRoute(source, token.address, BigInt(destination.config.chainId)),
    readLimit(source, token.address, 'burn'),
    readLimit(destination, destinationToken.address, 'mint'),
    readPaused(source, 'new'),
    readPaused(source, 'all'),
    readPaused(destination, 'all'),
  ]);
  const isKnown = registered.remoteGateway !== zeroAddress && registered.remoteToken === destinationToken.address;
  const configured = [source, destination].flatMap(({ config }) => config.maxAmountBaseUnits ?? []);
  const least = (...amounts: readonly bigint[]): string => amounts.reduce((a, b) => (a < b ? a : b)).toString();
  return {
    enabled: isKnown && registered.enabled && !pausedWords.includes(true),
    maxAmount: least(burn.maxAmount, mint.maxAmount, ...configured),
    availableAmount: least(burn.availableAmount, mint.availableAmount),
  };
}

import type { Hex } from 'viem';
import { askChain, type Chain } from '../chains/chain';
import { readFinalBlock } from '../chains/readFinalBlock';
import { readTokenFlows } from '../chains/readTokenFlows';
import type { ApiContext } from './apiContext';
import { shareAnswers } from './shareAnswers';

export interface ChainSupply {
  readonly chain: string;
  readonly token: string;
  /** By the gateway, up to `throughBlock`, in base units; below zero where more left than came. */
  readonly mintedMinusBurned: string;
  readonly throughBlock: string;
}

export interface TokenSupply {
  readonly symbol: string;
  readonly decimals: number;
  readonly chains: readonly ChainSupply[];
  /** Burned, and neither minted nor given back, by the ledger. */
  readonly inFlight: string;
  /** The sum of all of it: zero, or what is on its way between a chain and the ledger. */
  readonly unaccounted: string;
  /** Null: it cannot be said now, for settlements are on their way, or the chains have not been read to their ends yet. */
  readonly conserved: boolean | null;
}

/** What the gateway made and destroyed of each token, from its first block on. */
interface Counted {
  nextBlock: bigint;
  lastHash: Hex | null;
  readonly net: Map<string, bigint>;
  complete: boolean;
}

const freshForMs = 2_000;
/** Of one asking; a long chain is read over several of them. */
const mostPages = 50;

/**
 * Whether what the gateways burned and minted adds up. It is counted on from where it stopped, in this process: what others read in the
 * meantime is the same. What holds the system to account is the reconciliation; this is to look at.
 */
export function createSupply(context: Pick<ApiContext, 'client' | 'ledger'>): () => Promise<readonly TokenSupply[]> {
  const counted = new Map<Chain, Counted>();
  return shareAnswers(async () => {
    const before = await context.ledger.amountsInFlight();
    for (const chain of context.client.chains) if (!counted.has(chain)) counted.set(chain, beginning(chain));
    await Promise.all(context.client.chains.map((chain) => count(context, chain, counted)));
    const after = await context.ledger.amountsInFlight();
    const isStill = [...before, ...after].every(({ openCount }) => openCount === 0);
    const symbols = new Set(context.client.chains.flatMap(({ config }) => config.tokens.map(({ symbol }) => symbol)));
    return [...symbols].map((symbol) => supplyOf(symbol, counted, after, isStill));
  }, freshForMs);
}

async function count(
  { client }: Pick<ApiContext, 'client'>,
  chain: Chain,
  counted: Map<Chain, Counted>,
): Promise<void> {
  const { blocksPerRead } = client.config.reconciliation;
  const block = await readFinalBlock(chain);
  const own = await continued(chain, counted.get(chain));
  counted.set(chain, own);
  for (let page = 0; page < mostPages && own.nextBlock <= block.number; page += 1) {
    const end = own.nextBlock + BigInt(blocksPerRead) - 1n;
    const toBlock = end < block.number ? end : block.number;
    for (const { token, gatewayNet } of await readTokenFlows(chain, { fromBlock: own.nextBlock, toBlock })) {
      own.net.set(token, (own.net.get(token) ?? 0n) + gatewayNet);
    }
    own.nextBlock = toBlock + 1n;
  }
  own.lastHash = own.nextBlock > block.number ? block.hash : null;
  own.complete = own.nextBlock > block.number;
}

/** Where it stopped, if that block is still there; else from the beginning. */
async function continued(chain: Chain, known: Counted | undefined): Promise<Counted> {
  if (!known) return beginning(chain);
  if (known.lastHash === null) return known;
  const blockNumber = known.nextBlock - 1n;
  const { hash } = await askChain(chain, `block ${blockNumber}`, (client) => client.getBlock({ blockNumber }));
  return hash === known.lastHash ? known : beginning(chain);
}

function beginning({ config }: Chain): Counted {
  return { nextBlock: BigInt(config.gatewayDeployedAtBlock), lastHash: null, net: new Map(), complete: false };
}

function supplyOf(
  symbol: string,
  counted: ReadonlyMap<Chain, Counted>,
  flying: Awaited<ReturnType<ApiContext['ledger']['amountsInFlight']>>,
  isStill: boolean,
): TokenSupply {
  let [sum, inFlight, decimals, complete] = [0n, 0n, 0, true];
  const chains: ChainSupply[] = [];
  for (const [{ config }, own] of counted) {
    const token = config.tokens.find((candidate) => candidate.symbol === symbol);
    if (!token) continue;
    const net = own.net.get(token.address) ?? 0n;
    const here = flying.find((one) => one.sourceChain === config.name && one.token === token.address);
    sum += net;
    inFlight += here?.inFlight ?? 0n;
    decimals = token.decimals;
    complete &&= own.complete;
    const throughBlock = String(own.nextBlock - 1n);
    chains.push({ chain: config.name, token: token.address, mintedMinusBurned: String(net), throughBlock });
  }
  const unaccounted = sum + inFlight;
  const conserved = !complete ? null : unaccounted === 0n ? true : isStill ? false : null;
  return { symbol, decimals, chains, inFlight: String(inFlight), unaccounted: String(unaccounted), conserved };
}

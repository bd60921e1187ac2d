import { askChain, type Chain } from '../chains/chain';
import { readTokenFlows } from '../chains/readTokenFlows';
import { readTotalSupply } from '../chains/readTotalSupply';
import { readGatewayEvents, type GatewayEvent } from '../chains/watcher/readGatewayEvents';
import type { Finding, ReconciledPage } from '../domain/reconciliation';
import type { ReconciledBlock } from '../ledger/reconciledBlock';
import { faultOfEvent } from '../recovery/faultOfEvent';
import { pinChains, type PinnedChain } from '../recovery/recoveryContext';
import type { ReconciliationContext } from './context';
import { findingsOfRows } from './findingsOfRows';
import { tellFindings } from './tellFindings';

/** After a reorg past finality so much is looked at again: blocks, and events of the ledger. */
const lookBack = { blocks: 1_000n, events: 10_000n };

/** Looks at one range of new final blocks of one chain; `after` is its place in the configuration. */
export async function reconcileChain(
  context: ReconciliationContext,
  { after, blocksPerRead }: { readonly after: string | null; readonly blocksPerRead: number },
): Promise<ReconciledPage> {
  const index = Number(after ?? 0);
  const chains = await pinChains(context.chains);
  const pinned = chains[index];
  if (!pinned) return { findings: [], looked: 0, adopted: [], next: null };
  const { chainId } = pinned.chain.config;
  const known = await context.ledger.reconciledBlock(chainId);
  const broken = known && (await findBroken(pinned, known));
  if (broken) {
    await tellFindings(context, [broken]);
    await goBack(context, pinned, known);
    return { findings: [broken], looked: 0, adopted: [], next: String(index) };
  }
  const { findings, looked, mark } = await lookAtRange(context, chains, pinned, known, blocksPerRead);
  await tellFindings(context, findings);
  if (mark) await context.ledger.markReconciledBlock(chainId, mark);
  const isThrough = !mark || mark.nextBlock > pinned.block.number;
  return { findings, looked, adopted: [], next: String(isThrough ? index + 1 : index) };
}

/** The last block that was looked at was final then; it has to be there still. */
async function findBroken({ chain, block }: PinnedChain, known: ReconciledBlock): Promise<Finding | null> {
  const number = known.nextBlock - 1n;
  const found = (hash: string): Finding => ({
    kind: 'finalityBroken',
    settlementId: null,
    route: null,
    chain: chain.config.name,
    what: `block ${number} was final as ${known.lastHash}, and is ${hash} now`,
  });
  if (block.number < number) return found(`beyond the final block ${block.number}`);
  const now = await hashOf(chain, number);
  return now === known.lastHash ? null : found(now);
}

async function goBack({ ledger }: ReconciliationContext, { chain }: PinnedChain, known: ReconciledBlock) {
  const first = BigInt(chain.config.gatewayDeployedAtBlock);
  const wanted = known.nextBlock - lookBack.blocks;
  const nextBlock = wanted > first ? wanted : first + 1n;
  const events = (await ledger.reconciledEvent()) - lookBack.events;
  await ledger.markReconciledEvent(events > 0n ? events : 0n);
  // What the supply was there is not known: it is counted from the next final block on.
  const lastHash = await hashOf(chain, nextBlock - 1n);
  await ledger.markReconciledBlock(chain.config.chainId, { nextBlock, lastHash, supplies: new Map() });
}

interface RangeLook {
  readonly findings: readonly Finding[];
  readonly looked: number;
  /** Null: there is no new final block. */
  readonly mark: ReconciledBlock | null;
}

async function lookAtRange(
  context: ReconciliationContext,
  chains: readonly PinnedChain[],
  pinned: PinnedChain,
  known: ReconciledBlock | null,
  blocksPerRead: number,
): Promise<RangeLook> {
  const { chain, block } = pinned;
  const fromBlock = known?.nextBlock ?? BigInt(chain.config.gatewayDeployedAtBlock);
  if (fromBlock > block.number) return { findings: [], looked: 0, mark: null };
  const end = fromBlock + BigInt(blocksPerRead) - 1n;
  const toBlock = end < block.number ? end : block.number;
  const events = (await readGatewayEvents(chain, { fromBlock, toBlock, onlyHash: null })).filter(
    ({ name }) => name === 'OperationApplied',
  );
  const rows = await context.ledger.findByKeys([...new Set(events.map(({ settlementKey }) => settlementKey))]);
  const ofEvents = events.flatMap((event): Finding[] => {
    const row = rows.get(event.settlementKey);
    const what = faultOfEvent(event, row);
    const settlementId = row?.record.settlementId ?? null;
    const kind = row ? 'rowAndSlots' : 'unknownSettlement';
    return what === null ? [] : [{ kind, settlementId, route: null, chain: chain.config.name, what }];
  });
  const ofRows = await findingsOfRows(context, chains, [...rows.values()]);
  const supply = await countSupply(context, pinned, { fromBlock, toBlock }, events, known?.supplies ?? new Map());
  const lastHash = toBlock === block.number ? block.hash : await hashOf(chain, toBlock);
  return {
    findings: [...ofEvents, ...ofRows, ...supply.findings],
    looked: events.length,
    mark: { nextBlock: toBlock + 1n, lastHash, supplies: supply.supplies },
  };
}

/** Whether each token's supply moved as its logs say, and the gateway's part of it as the gateway says. */
async function countSupply(
  { metrics }: ReconciliationContext,
  { chain, block }: PinnedChain,
  range: { readonly fromBlock: bigint; readonly toBlock: bigint },
  events: readonly GatewayEvent[],
  before: ReadonlyMap<string, bigint>,
): Promise<{ readonly findings: readonly Finding[]; readonly supplies: ReadonlyMap<string, bigint> }> {
  const flows = await readTokenFlows(chain, range);
  const findings: Finding[] = [];
  const found = (what: string): void =>
    void findings.push({ kind: 'supply', settlementId: null, route: null, chain: chain.config.name, what });
  const byTokens = flows.reduce((sum, { gatewayNet }) => sum + gatewayNet, 0n);
  const byGateway = events.reduce((sum, { kind, amount }) => sum + signOf[kind] * (amount ?? 0n), 0n);
  const where = `blocks ${range.fromBlock} to ${range.toBlock}`;
  if (byTokens !== byGateway) found(`${where}: the gateway says ${byGateway} base units, its tokens ${byTokens}`);

  const supplies = new Map<string, bigint>();
  for (const { token, net } of flows) {
    const counted = before.get(token);
    const expected = counted === undefined ? null : counted + net;
    if (range.toBlock !== block.number) {
      if (expected !== null) supplies.set(token, expected);
      continue;
    }
    const actual = await readTotalSupply(chain, token, block.hash);
    metrics.supplyDrift(chain.config.name, token, expected === null ? 0n : actual - expected);
    if (expected !== null && expected !== actual)
      found(`${where}: ${token} has a supply of ${actual}, by its logs ${expected}`);
    supplies.set(token, actual);
  }
  return { findings, supplies };
}

/** What an operation does to the supply of the chain it is applied on. */
const signOf: Readonly<Record<GatewayEvent['kind'], bigint>> = {
  Burn: -1n,
  Refund: 1n,
  Mint: 1n,
  CancelMint: 0n,
  ReverseMint: -1n,
};

async function hashOf(chain: Chain, blockNumber: bigint): Promise<`0x${string}`> {
  return (await askChain(chain, `block ${blockNumber}`, (client) => client.getBlock({ blockNumber }))).hash;
}

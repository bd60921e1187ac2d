import { groupBy } from 'es-toolkit/array';
import type { SettlementStatus } from '../domain/status';
import type { RebuiltSettlement } from '../ledger/rebuildSettlements';
import type { StagedOperation, StagedSettlement } from '../ledger/stagedSettlements';
import { listSigners, type KnownSigner } from './listSigners';
import { planSettlement } from './planSettlement';
import { pinChains, type PinnedChain, type RecoveryContext } from './recoveryContext';
import { seeSettlement, type SeenOrder } from './seeSettlement';
import { stageChain } from './stageChain';

export interface RebuildOptions {
  /** Kept in the ledger beside the epoch. */
  readonly reason: string;
  /** Blocks of one eth_getLogs. */
  readonly blocksPerRead: number;
  /** Settlements of one database transaction. */
  readonly settlementsPerPage: number;
  readonly onProgress: (line: string) => void;
}

/** What stands on chain and could not become a row, or stands in one beside a doubt. */
export interface RebuildFinding {
  readonly settlementKey: `0x${string}`;
  readonly settlementId: string | null;
  readonly what: string;
}

export interface Rebuilt {
  readonly epoch: number;
  /** An earlier rebuild had not ended. */
  readonly resumed: boolean;
  readonly blocks: readonly { readonly chain: string; readonly upTo: number }[];
  /** Rows that this call wrote, by the status in which they stand. */
  readonly statuses: Readonly<Partial<Record<SettlementStatus, number>>>;
  readonly findings: readonly RebuildFinding[];
  readonly signers: readonly KnownSigner[];
}

/** Whoever has more than these has another problem than reading them. */
const mostFindings = 1_000;

/**
 * Rebuilds an empty ledger from calldata, events and slots of both chains, up to their final blocks. The ledger is closed until
 * it is through; after a crash the same call goes on. What a chain cannot know is not in it: docs/architecture.md lists it.
 * @throws PermanentError LEDGER_NOT_EMPTY; TransientError CHAIN_UNAVAILABLE, LEDGER_UNAVAILABLE: say the same again
 */
export async function rebuildLedger(context: RecoveryContext, options: RebuildOptions): Promise<Rebuilt> {
  const { ledger } = context;
  const { epoch, resumed } = await ledger.beginRebuild(options.reason);
  options.onProgress(`epoch ${epoch}${resumed ? ': going on where the last rebuild stopped' : ''}`);
  const chains = await pinChains(context.chains);
  for (const pinned of chains) {
    const { name } = pinned.chain.config;
    const onProgress = (next: bigint) =>
      options.onProgress(`${name}: read up to block ${next - 1n} of ${pinned.block.number}`);
    await stageChain(ledger, pinned, { blocksPerRead: options.blocksPerRead, onProgress });
  }
  const { statuses, findings } = await writeSettlements(context, chains, options);
  const signers = await listSigners(ledger, chains);
  await ledger.finishRebuild();
  const blocks = chains.map(({ chain, block }) => ({ chain: chain.config.name, upTo: Number(block.number) }));
  return { epoch, resumed, blocks, statuses, findings, signers };
}

async function writeSettlements(
  { ledger }: RecoveryContext,
  chains: readonly PinnedChain[],
  { settlementsPerPage, onProgress }: RebuildOptions,
): Promise<Pick<Rebuilt, 'statuses' | 'findings'>> {
  const statuses: Partial<Record<SettlementStatus, number>> = {};
  const findings: RebuildFinding[] = [];
  let [after, written] = [0, 0];
  for (;;) {
    const page = await ledger.stagedSettlements({ after, limit: settlementsPerPage });
    const last = page.at(-1);
    if (!last) return { statuses, findings };
    const told = await Promise.all(page.map((staged) => tellSettlement(chains, staged)));
    const rows = told.flatMap(({ row }) => (row ? [row] : []));
    const ids = new Set(await ledger.rebuildSettlements(rows));
    for (const { order, steps } of rows) {
      const status = steps.at(-1)?.status;
      if (status && ids.has(order.settlementId)) statuses[status] = (statuses[status] ?? 0) + 1;
    }
    findings.push(...told.flatMap((one) => one.findings).slice(0, mostFindings - findings.length));
    after = last.id;
    written += ids.size;
    onProgress(`${written} settlements written`);
  }
}

interface Told {
  readonly row: RebuiltSettlement | null;
  readonly findings: readonly RebuildFinding[];
}

/** An id has one row. Where two orders stand under it, it is that of the one that burned; the other is a finding. */
async function tellSettlement(
  chains: readonly PinnedChain[],
  { settlementKey, operations }: StagedSettlement,
): Promise<Told> {
  const orders = await Promise.all(
    byFingerprint(operations).map(async (own) => ({ own, seen: await seeSettlement(chains, own) })),
  );
  const readable = orders.flatMap(({ seen }) => (seen ? [seen] : []));
  const chosen = readable.find(({ source }) => source.state === 'Burned' || source.state === 'Refunded') ?? readable[0];
  const finding = (what: string, seen?: SeenOrder): RebuildFinding => ({
    settlementKey,
    settlementId: seen?.order.settlementId ?? null,
    what,
  });
  const lost = orders
    .filter(({ seen }) => seen === null || seen !== chosen)
    .map(({ own, seen }) => finding(lostText(own, seen), seen ?? undefined));
  if (!chosen) return { row: null, findings: lost };
  const plan = planSettlement(chosen);
  const doubt = plan.steps.at(-1);
  const doubts = doubt?.needsOperator ? [finding(doubt.errorMessage ?? 'it needs an operator', chosen)] : [];
  return { row: { ...chosen, ...plan }, findings: [...lost, ...doubts] };
}

function lostText(operations: readonly StagedOperation[], seen: SeenOrder | null): string {
  const { hash, fingerprint } = operations[0] ?? { hash: 'none', fingerprint: 'none' };
  return seen
    ? `another order (${fingerprint}) was applied under this id too, in ${hash}: it has no row`
    : `no calldata tells its order, or one of its chains is not configured (${fingerprint}, in ${hash}): it has no row`;
}

function byFingerprint(operations: readonly StagedOperation[]): readonly (readonly StagedOperation[])[] {
  return Object.values(groupBy(operations, ({ fingerprint }) => fingerprint));
}

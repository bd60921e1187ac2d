import { join } from 'node:path';
import { projectRoot } from '../../src/local/projectRoot';
import { checkers } from './checkers';
import { readChain } from './checkers/readChain';
import { readHistories } from './checkers/readHistories';
import { readLedger } from './checkers/readLedger';
import { readTemporal } from './checkers/readTemporal';
import { replayHistories } from './checkers/replayHistories';
import type { ReplayFacts, RunFacts, World } from './checkers/world';
import type { JudgedWorld } from './chaosWorld';
import { readPlaces } from './readPlaces';

export interface Verdict {
  readonly invariant: string;
  readonly says: string;
  readonly outcome: 'held' | 'broken' | 'notRun';
  readonly findings: readonly string[];
}

export interface Judgement {
  readonly verdicts: readonly Verdict[];
  /** Counts by name of what the gateways did not apply, since the world began. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly laneTransactions: number;
  /** How many histories were replayed, of how many that were new. */
  readonly replays: Pick<ReplayFacts, 'count' | 'of'>;
}

/** As the workers run it. */
const productionBundle = join(projectRoot(), 'dist', 'workflow-bundle.js');
/** Of one judgement. More take longer than they tell: most go the same way. */
const mostHistories = 200;

/** Reads the whole world as it stands and holds it against every invariant. */
export async function judge(chaos: JudgedWorld): Promise<Judgement> {
  const world = await readWorld(chaos);
  const signers = new Set<string>(world.laneSigners);
  return {
    verdicts: checkers.map(({ invariant, says, check }): Verdict => {
      const found = check(world);
      if (typeof found === 'string') return { invariant, says, outcome: 'notRun', findings: [found] };
      return { invariant, says, outcome: found.length === 0 ? 'held' : 'broken', findings: [...found] };
    }),
    refusals: sumOf(world.chains.map(({ refusals }) => refusals)),
    laneTransactions: world.chains.flatMap(({ transactions }) => transactions).filter(({ from }) => signers.has(from))
      .length,
    replays: { count: world.replays?.count ?? 0, of: world.replays?.of ?? 0 },
  };
}

async function readWorld(judged: JudgedWorld): Promise<World> {
  const { stack, databaseUrl, leases, heads, told, ...chaos } = judged;
  const ids = [...new Set([...chaos.starts.map(({ settlementId }) => settlementId), ...chaos.batched.keys()])];
  const runs = await readTemporal(stack.temporal, ids);
  return {
    chains: await Promise.all(stack.chains.map(readChain)),
    ledger: databaseUrl === null ? null : await readLedger(databaseUrl),
    runs,
    starts: chaos.starts,
    batched: chaos.batched,
    forgottenIds: chaos.forgottenIds,
    rerunIds: chaos.rerunIds,
    foreignHashes: chaos.foreignHashes,
    laneSigners: chaos.laneSigners,
    leaseSamples: leases?.samples ?? [],
    headSamples: heads.samples,
    toldSamples: told?.samples ?? [],
    confirmations: chaos.confirmations,
    rewinds: chaos.rewinds,
    ...(await readHistoriesAndPlaces(judged, runs)),
  };
}

async function readHistoriesAndPlaces(
  judged: JudgedWorld,
  runs: readonly RunFacts[],
): Promise<Pick<World, 'replays' | 'secrets'>> {
  const { stack, judgedRuns, canaries } = judged;
  const { taskQueue } = stack.config.temporal;
  const wanted = { taskQueue, known: judgedRuns, most: mostHistories, also: runs };
  const { histories, of } = await readHistories(stack.temporal, wanted);
  const replays = await replayHistories(productionBundle, histories, of);
  for (const { runId, isClosed } of histories) if (isClosed) judgedRuns.add(runId);
  const places = await readPlaces({ ...judged, answers: judged.starts }, histories);
  return { replays, secrets: { canaries, places } };
}

function sumOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [name, count] of counts.flatMap(Object.entries<number>)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

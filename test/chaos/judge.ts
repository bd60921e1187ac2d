import { checkers } from './checkers';
import { needsLedger } from './checkers/checker';
import { readChain } from './checkers/readChain';
import { readLedger } from './checkers/readLedger';
import { readTemporal } from './checkers/readTemporal';
import type { World } from './checkers/world';
import type { JudgedWorld } from './chaosWorld';

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
}

/** Reads the whole world as it stands and holds it against every invariant. */
export async function judge(chaos: JudgedWorld): Promise<Judgement> {
  const world = await readWorld(chaos);
  const signers = new Set<string>(world.laneSigners);
  return {
    verdicts: checkers.map(({ invariant, says, check }): Verdict => {
      const found = check(world);
      if (found === needsLedger) return { invariant, says, outcome: 'notRun', findings: [needsLedger] };
      return { invariant, says, outcome: found.length === 0 ? 'held' : 'broken', findings: [...found] };
    }),
    refusals: sumOf(world.chains.map(({ refusals }) => refusals)),
    laneTransactions: world.chains.flatMap(({ transactions }) => transactions).filter(({ from }) => signers.has(from))
      .length,
  };
}

async function readWorld({ stack, databaseUrl, leases, heads, ...chaos }: JudgedWorld): Promise<World> {
  const ids = [...new Set(chaos.starts.map(({ settlementId }) => settlementId))];
  return {
    chains: await Promise.all(stack.chains.map(readChain)),
    ledger: databaseUrl === null ? null : await readLedger(databaseUrl),
    runs: await readTemporal(stack.temporal, ids),
    starts: chaos.starts,
    forgottenIds: chaos.forgottenIds,
    rerunIds: chaos.rerunIds,
    foreignHashes: chaos.foreignHashes,
    laneSigners: chaos.laneSigners,
    leaseSamples: leases?.samples ?? [],
    headSamples: heads.samples,
    confirmations: chaos.confirmations,
  };
}

function sumOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [name, count] of counts.flatMap(Object.entries<number>)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

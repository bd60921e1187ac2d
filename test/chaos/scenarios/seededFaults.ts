import { setTimeout as delay } from 'node:timers/promises';
import type { JudgedWorld } from '../chaosWorld';
import { renderFaults, tableOf, type FiredFault, type SeedReport } from '../faultReport';
import { play } from '../faultLoad';
import { drawPlan, type Plan, type PlannedFault } from '../faultPlan';
import { startFaultWorld, type FaultWorld } from '../faultWorld';
import type { Finale } from '../finales/finale';
import { NotFired, type FaultContext } from '../faults/fault';
import { dumpOpen, settleAll } from '../healing';
import { judge } from '../judge';
import { commandOf, type ChaosOptions } from '../options';
import { createProgressLine } from '../progressLine';
import { createRandom } from '../random';
import { playBatch } from '../playBatch';
import { onInterrupt } from '../runChaos';
import { settleFresh } from '../settleFresh';
import { unmeantExits, type FaultSpan } from '../unmeantExits';
import { withDeadline } from '../withDeadline';

const [interruptedExit, settlementsByDefault] = [130, 30];
/** Beyond this a fault, or the load, hangs: that is a finding too. */
const [faultWithinMs, loadWithinMs, freshWithinMs, finaleWithinMs] = [120_000, 240_000, 120_000, 300_000];

/** `npm run chaos -- --suite faults`: seed after seed on one stack. Returns the exit code. */
export async function runFaults(options: ChaosOptions, folder: string): Promise<number> {
  const startedAt = performance.now();
  const tell = (text: string): void => (options.json ? console.error(text) : console.log(text));
  const line = createProgressLine(process.stderr, startedAt);
  const interrupted = onInterrupt();
  tell(`seed ${options.seed}: ${commandOf(options)}`);
  line.say('the world starts');
  const world = await startFaultWorld(options, folder);
  const reports: SeedReport[] = [];
  const known = new Set<string>();
  try {
    for (let seed = options.seed; seed < options.seed + options.seeds; seed++) {
      const say = (text: string): void => line.say(`seed ${seed}: ${text}`);
      const report = await Promise.race([runSeed(world, options, { seed, known, say }), interrupted.told]);
      if (report === 'interrupted') return interruptedExit;
      line.end();
      reports.push(report);
      for (const text of renderFaults(report, options)) tell(text);
    }
  } finally {
    line.end();
    await world.close();
  }
  const failed = reports.filter(({ problems }) => problems.length > 0);
  tell(tableOf(reports));
  for (const { seed } of failed) tell(`again: ${commandOf({ ...options, seed, seeds: 1 })}`);
  tell(`${reports.length - failed.length} passed, ${failed.length} failed`);
  if (options.json) {
    const durationMs = performance.now() - startedAt;
    const totals = { passed: reports.length - failed.length, failed: failed.length };
    console.log(JSON.stringify({ ...options, command: commandOf(options), durationMs, ...totals, seeds: reports }));
  }
  return failed.length === 0 ? 0 : 1;
}

interface SeedRun {
  readonly seed: number;
  /** What the judges found after earlier seeds. */
  readonly known: Set<string>;
  readonly say: (text: string) => void;
}

async function runSeed(world: FaultWorld, options: ChaosOptions, { seed, known, say }: SeedRun): Promise<SeedReport> {
  const startedAt = performance.now();
  const plan = drawPlan({ ...options, seed, settlements: options.settlements ?? settlementsByDefault });
  const problems: string[] = [];
  const complain = (what: string): void => void problems.push(what);
  const idsOfSeed = (): string[] => idsOf(world, plan);
  const company: Promise<void>[] = [];
  const spans: FaultSpan[] = [];
  const exitsBefore = world.workers.ownExits.length;
  if (await useQuorum(world, plan.quorum)) say('the workers have another number of endpoints');
  const load = Promise.allSettled([
    ...plan.settlements.map((planned, at) => play(world, planned, at, complain)),
    ...plan.batches.map((planned, at) => playBatch(world, planned, at)),
  ]);
  const tracks = (['chain', 'rest'] as const).map((track) => {
    const faults = plan.faults.filter(({ kind }) => kind.track === track);
    return runTrack(world, faults, { startedIds: idsOfSeed, complain, say, company, spans });
  });
  const fired = (await Promise.all(tracks)).flat();
  await healAll(world);
  const healedAt = performance.now();
  say('all is healed');
  const everybody = Promise.all([load, Promise.allSettled(company)]).then((all) => all.flat());
  const saidAll = withDeadline(everybody, loadWithinMs, () => 'what callers wanted to say');
  const said = await saidAll.catch((error: unknown) => (complain(String(error)), []));
  for (const one of said) if (one.status === 'rejected') complain(`a caller got ${String(one.reason)}`);
  const settled = await settleAll(world, idsOfSeed, healedAt, say);
  problems.push(...settled.problems);
  if (settled.open.length > 0)
    complain(`not terminal: ${settled.open.join(', ')}\n${await dumpOpen(world, settled.open)}`);
  const ended = plan.finale ? await runFinale(world, plan, plan.finale, { seed, complain, say }) : null;
  if (ended) {
    fired.push(ended);
    const { open, problems: left } = await settleAll(world, idsOfSeed, performance.now(), say);
    problems.push(...left, ...(open.length > 0 ? [`not terminal: ${await dumpOpen(world, open)}`] : []));
  }
  await settleFresh(world, plan.prefix, freshWithinMs).catch((error: unknown) => complain(`I7: ${String(error)}`));
  say('the checkers read chains, ledger and Temporal');
  const judgement = await judge(world).catch((error: unknown) => (complain(`the judges: ${String(error)}`), null));
  for (const { invariant, outcome, findings } of judgement?.verdicts ?? []) {
    if (outcome !== 'broken') continue;
    // The world is judged whole: what an earlier seed broke is that seed's.
    const told = findings.map((finding) => `${invariant}: ${finding}`).filter((finding) => !known.has(finding));
    for (const finding of told) known.add(finding);
    problems.push(...told);
  }
  problems.push(...unmeantExits(world.workers.ownExits.slice(exitsBefore), spans));
  const { outcomes, terminalAfterMs, late, operatorWords, adopted } = settled;
  const durationMs = performance.now() - startedAt;
  const started = terminalAfterMs.length + settled.open.length;
  return {
    seed,
    durationMs,
    fired,
    problems,
    outcomes,
    terminalAfterMs,
    late,
    operatorWords,
    adopted,
    judgement,
    started,
  };
}

/** Restarts the workers with the configuration that the seed wants, unless they have it. */
async function useQuorum(
  { workers, workerConfigPath, quorumConfigPath }: FaultWorld,
  quorum: boolean,
): Promise<boolean> {
  const wanted = quorum ? quorumConfigPath : workerConfigPath;
  if (workers.configPath === wanted) return false;
  workers.setConfig(wanted);
  for (let at = 0; at < workers.count; at++) await workers.end(at, 'SIGTERM');
  await withDeadline(workers.allPoll(), 60_000, () => 'workers with another configuration');
  return true;
}

function idsOf({ starts, batched }: JudgedWorld, { prefix }: Plan): string[] {
  return [...new Set([...starts.map(({ settlementId }) => settlementId), ...batched.keys()])].filter((id) =>
    id.startsWith(`${prefix}-`),
  );
}

interface Track {
  readonly startedIds: () => readonly string[];
  readonly complain: (what: string) => void;
  readonly say: (text: string) => void;
  /** What callers still have to say of the settlements that go with the faults. */
  readonly company: Promise<void>[];
  /** When faults were on under which a worker may give up at its start. */
  readonly spans: FaultSpan[];
}

/** One fault after the other; each is healed before the next. */
async function runTrack(world: FaultWorld, faults: readonly PlannedFault[], track: Track): Promise<FiredFault[]> {
  const { startedIds, complain, say, company, spans } = track;
  const fired: FiredFault[] = [];
  for (const planned of faults) {
    await delay(planned.pauseMs);
    say(`${planned.kind.number} ${planned.kind.name}`);
    const { prefix } = planned;
    for (const [at, one] of planned.company.entries()) {
      const playing = play(world, one, at, complain);
      playing.catch(() => undefined); // told when all are awaited
      company.push(playing);
    }
    const context = { world, random: createRandom(planned.seed), prefix, startedIds, complain };
    const fromMs = performance.now();
    const named = withDeadline(fireOne(planned, context), faultWithinMs, () => planned.kind.name);
    const { number, name } = planned.kind;
    fired.push(
      await named.then(
        (count) => ({ number, name, count, why: null }),
        (error: unknown) => ({ number, name, count: 0, why: reasonOf(error) }),
      ),
    );
    if (planned.kind.hindersStarts) spans.push({ fromMs, toMs: performance.now() });
  }
  return fired;
}

interface FinaleRun {
  readonly seed: number;
  readonly complain: (what: string) => void;
  readonly say: (text: string) => void;
}

/** One that does not get through is a finding: nothing else is broken then that could hinder it. */
async function runFinale(world: FaultWorld, { prefix }: Plan, finale: Finale, run: FinaleRun): Promise<FiredFault> {
  const { number, name } = finale;
  const context = { world, prefix, random: createRandom(run.seed), complain: run.complain, say: run.say };
  return withDeadline(finale.run(context), finaleWithinMs, () => name).then(
    (count) => ({ number, name, count, why: null }),
    (error: unknown) => {
      run.complain(`${number} ${name}: ${String(error)}`);
      return { number, name, count: 0, why: reasonOf(error) };
    },
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof NotFired) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function fireOne({ kind, holdMs }: PlannedFault, context: FaultContext): Promise<number> {
  const fired = await kind.fire(context);
  await delay(holdMs);
  await fired.heal();
  return fired.tookEffect();
}

/** Whatever a fault that did not get through has left. */
export async function healAll({ chains, endpoints, temporal, workers, stack }: FaultWorld): Promise<void> {
  temporal.signal('SIGCONT');
  for (let at = 0; at < workers.count; at++) workers.signal(at, 'SIGCONT');
  for (const proxy of endpoints.flat()) proxy.be({ kind: 'none' });
  for (const hand of chains) {
    hand.chain.signal('SIGCONT');
    await hand.rpc('evm_setAutomine', [true]);
    await hand.rpc('anvil_setBlockGasLimit', [`0x${(30_000_000).toString(16)}`]);
    hand.setMining(true);
    await hand.chain.pauseAll(false);
    await hand.chain.pauseNew(false);
  }
  await withDeadline(workers.allPoll(), 60_000, () => `all workers poll: ${workers.lastLines(5).join('\n')}`);
  await stack.client.get('nobody').catch(() => undefined); // the connection is up again
}

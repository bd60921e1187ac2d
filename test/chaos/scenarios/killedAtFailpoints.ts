import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../src/local/projectRoot';
import { runSettle } from '../../support/runSettle';
import { createArmory, nameOf, type Armory, type Point } from '../failpoints/armory';
import { renderFailpoints, type FailpointsReport, type PointReport } from '../failpoints/report';
import { routes, type Route } from '../failpoints/routes';
import { createWalk, type Walk } from '../failpoints/walk';
import { startFaultWorld, type FaultWorld } from '../faultWorld';
import { dumpOpen, settleAll } from '../healing';
import { judge } from '../judge';
import { commandOf, UsageError, type ChaosOptions } from '../options';
import { createProgressLine } from '../progressLine';
import { createRandom, type Random } from '../random';
import { onInterrupt } from '../runChaos';
import { settleFresh } from '../settleFresh';
import { unmeantExits } from '../unmeantExits';
import { withDeadline } from '../withDeadline';

const interruptedExit = 130;
const [freshWithinMs, wordsWithinMs] = [120_000, 240_000];
/** How often each point kills, and up to which of its hits it waits. */
const kills = { ci: { rounds: 1, mostHits: 1 }, full: { rounds: 2, mostHits: 3 } } as const;

/** `npm run chaos -- --suite failpoints`: a worker dies at every step boundary. Returns the exit code. */
export async function runFailpoints(options: ChaosOptions, folder: string): Promise<number> {
  const startedAt = performance.now();
  const chosen = chooseRoutes(options);
  const tell = (text: string): void => (options.json ? console.error(text) : console.log(text));
  const line = createProgressLine(process.stderr, startedAt);
  const interrupted = onInterrupt();
  tell(`seed ${options.seed}: ${commandOf(options)}`);
  line.say('the world starts');
  const armory = createArmory(folder);
  const world = await startArmedWorld(options, folder, armory);
  try {
    const run = { world, armory, options, routes: chosen, say: (text: string) => line.say(text) };
    const report = await Promise.race([runRoutes(run), interrupted.told]);
    if (report === 'interrupted') return interruptedExit;
    line.end();
    const durationMs = performance.now() - startedAt;
    const { text, totals } = renderFailpoints(report, durationMs);
    tell(text);
    if (totals.failed > 0) tell(`again: ${commandOf(options)}`);
    tell(`${totals.passed} passed, ${totals.failed} failed`);
    if (options.json) {
      console.log(JSON.stringify({ ...options, command: commandOf(options), durationMs, ...totals, ...report }));
    }
    return totals.failed === 0 ? 0 : 1;
  } finally {
    line.end();
    await world.close();
  }
}

/** @throws UsageError */
function chooseRoutes({ points }: ChaosOptions): readonly Route[] {
  if (!points) return routes;
  const names = routes.flatMap((route) => route.points);
  const unknown = points.filter((point) => !names.some((name) => name === point || nameOf(name) === point));
  if (unknown.length > 0) throw new UsageError(`no failpoint ${unknown.join(', ')}; there is ${names.join(', ')}`);
  return routes.filter((route) => route.points.some((name) => points.includes(name) || points.includes(nameOf(name))));
}

/** Workers as they ship but for their failpoints, which seal as well: that is a step too. */
function startArmedWorld(options: ChaosOptions, folder: string, armory: Armory): Promise<FaultWorld> {
  const root = projectRoot();
  execFileSync(process.execPath, [join(root, 'scripts', 'build-failpoints.mjs')], { stdio: ['ignore', 2, 2] });
  const keyFile = join(folder, 'seals.key');
  writeFileSync(keyFile, 'a key that the database does not hold');
  const program = { path: join(root, 'dist-failpoints', 'worker.js'), env: { CHAOS_FAILPOINTS_FOLDER: armory.folder } };
  return startFaultWorld(options, folder, { program, config: { seals: { keyFile, everyMs: 1_000 } } });
}

interface Run {
  readonly world: FaultWorld;
  readonly armory: Armory;
  readonly options: ChaosOptions;
  readonly routes: readonly Route[];
  readonly say: (text: string) => void;
}

async function runRoutes(run: Run): Promise<FailpointsReport> {
  const { world, armory, options, say } = run;
  const { rounds, mostHits } = kills[options.size];
  const random = createRandom(options.seed);
  const prefix = `failpoints-${options.seed}`;
  const walk = createWalk({ world, armory, random, prefix, mostHits, say });
  const problems: string[] = [];
  const complain = (what: string): void => void problems.push(what);
  for (let round = 0; round < rounds; round++) {
    const alone = round === 0 ? run.routes.filter(({ isAlone }) => isAlone) : [];
    const others = run.routes.filter(({ isAlone }) => !isAlone);
    for (const route of [...alone, ...shuffled(random, others)]) {
      await route.walk(walk).catch((error: unknown) => complain(reasonOf(error)));
    }
  }
  const healedAt = performance.now();
  const settled = await settleAll(world, () => [...walk.startedIds], healedAt, say);
  problems.push(...settled.problems);
  if (settled.open.length > 0) complain(`not terminal: ${await dumpOpen(world, settled.open)}`);
  await withDeadline(Promise.all(walk.words), wordsWithinMs, () => 'what an operator said').catch(orTell(complain));
  await settleFresh(world, prefix, freshWithinMs).catch(orTell(complain));
  await verifyLedger(world).catch(orTell(complain));
  complainOfExits(world, armory, complain);
  say('the checkers read chains, ledger and Temporal');
  const judgement = await judge(world).catch((error: unknown) => (complain(`the judges: ${reasonOf(error)}`), null));
  const points = run.routes.flatMap((route) => {
    const wanted = route.isAlone ? 1 : rounds;
    return route.points.map((point) => reportOf(point, wanted, armory, walk, settled.open));
  });
  const { outcomes, terminalAfterMs, operatorWords, adopted } = settled;
  return {
    points,
    problems,
    outcomes,
    terminalAfterMs,
    operatorWords,
    adopted,
    judgement,
    killsInAll: armory.killsInAll(),
  };
}

function reportOf(point: Point, wanted: number, armory: Armory, walk: Walk, open: readonly string[]): PointReport {
  const started = walk.startedFor(point);
  const ended = started.filter((id) => !open.includes(id)).length;
  return { point, kills: armory.kills(point), wanted, passes: armory.passes(point), started: started.length, ended };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const orTell =
  (complain: (what: string) => void) =>
  (error: unknown): void =>
    complain(reasonOf(error));

function shuffled(random: Random, all: readonly Route[]): readonly Route[] {
  return all
    .map((route) => ({ route, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ route }) => route);
}

/** Whoever ended did so at a failpoint: one that ended otherwise, or a kill that killed nobody, is a finding. */
function complainOfExits({ workers }: FaultWorld, armory: Armory, complain: (what: string) => void): void {
  const killed = workers.ownExits.filter(({ how }) => how.startsWith('SIGKILL'));
  const others = workers.ownExits.filter((one) => !killed.includes(one));
  for (const exit of unmeantExits(others, [])) complain(exit);
  if (killed.length !== armory.killsInAll()) {
    complain(`${armory.killsInAll()} failpoints fired, ${killed.length} workers were killed`);
  }
}

/** Events and seals, by the command that an operator has for it. */
async function verifyLedger({ workerConfigPath }: FaultWorld): Promise<void> {
  const { code, stdout, stderr } = await runSettle(workerConfigPath, ['ledger', 'verify']);
  if (code !== 0) throw new Error(`settle ledger verify ended with ${code}: ${stdout}${stderr}`);
}

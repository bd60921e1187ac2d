import { measureApi, setApiFigures } from './apiLoad.mjs';
import { measureBatches, setBatchFigures } from './batch.mjs';
import { withBenchStack } from './benchStack.mjs';
import { closedLoop } from './closedLoop.mjs';
import { directSubject } from './direct.mjs';
import { batchSizes, measureSettlementGas } from './gas.mjs';
import { measureFairness } from './fairness.mjs';
import { measureGrowth } from './growth.mjs';
import { measureLatency } from './latency.mjs';
import { measureMemory } from './memory.mjs';
import { createSigner } from './orders.mjs';
import { profileArgs, profileFolder, readProfiles } from './profile.mjs';
import { measureRounds, ratioOf, warmUp } from './rounds.mjs';
import { measureScale, setScaleFigures } from './scale.mjs';
import { median, quantile, summary } from './stats.mjs';
import { floorSubject, leanSubject, settlementSubject } from './subjects.mjs';
import { verifyInLedger, verifyOnChains } from './verify.mjs';

const levels = [50, 200];
const windowMsOf = ({ quick }) => (quick ? 2_000 : 5_000);

/**
 * Measures the chosen parts, one after the other, into `figures`: what was measured before a failure is not lost with it.
 *
 * @param {{ rounds: number, quick: boolean, long: boolean, profile: boolean, workers: number, only: readonly string[] }} options
 * @param {{ figures: ReturnType<import('./figures.mjs').createFigures>, say: (line: string) => void, signal: AbortSignal }} context
 */
export async function runBenchmark(options, { figures, say, signal }) {
  const wants = (part) => options.only.includes(part);
  if (wants('gas')) await gasPart(figures, { say, signal });
  if (wants('direct'))
    await withBenchStack({ say, signal, workers: 1 }, (bench) => directPart(bench, figures, options, say));
  if (['floor', 'settlements', 'history'].some(wants)) {
    const nodeArgs = options.profile ? profileArgs : undefined;
    await withBenchStack({ say, signal, workers: options.workers, ...(nodeArgs ? { nodeArgs } : {}) }, (bench) =>
      stackParts(bench, figures, options, say),
    );
    if (options.profile) sayProfile(say);
  }
  if (wants('api')) {
    const seconds = options.quick ? 15 : 60;
    setApiFigures(figures, await measureApi({ seconds, workers: options.workers }, { say, signal }));
  }
  if (wants('batch')) {
    const size = options.quick ? 1_000 : 5_000;
    const long = options.long ? 100_000 : null;
    const { rounds, workers } = options;
    const nodeArgs = options.profile ? profileArgs : undefined;
    setBatchFigures(figures, await measureBatches({ rounds, size, long, workers, nodeArgs }, { say, signal }));
    if (options.profile) sayProfile(say);
  }
  if (wants('fairness')) {
    const flood = options.quick ? 500 : 1_000;
    const { rounds, workers } = options;
    const taken = await measureFairness({ rounds, flood, workers }, { say, signal });
    const [withKeys, without] = [taken.with, taken.without].map((ms) => quantile(ms, 0.99));
    figures.set('fairness.p99Ms', { value: withKeys, samples: taken.with.length });
    figures.set('fairness.without.p99Ms', { value: without, samples: taken.without.length });
    figures.set('fairness.ratio', { value: without / withKeys });
  }
  if (wants('scale')) {
    const rows = options.long ? 1_000_000 : 50_000;
    const open = options.quick ? 1_000 : 10_000;
    setScaleFigures(figures, await measureScale({ rows, open, workers: options.workers }, { say, signal }));
  }
  if (wants('memory') && options.long) await memoryPart(figures, { say, signal });
  if (wants('growth') && options.long) {
    const { rounds, workers } = options;
    const value = await measureGrowth({ rounds, workers, windowMs: windowMsOf(options) }, { say, signal });
    figures.set('growth.ratio', { value });
  }
}

async function gasPart(figures, context) {
  for (const [size, gas] of await measureSettlementGas(context)) figures.set(`gas.batch${size}`, { value: gas });
  context.say(`gas: batches of ${batchSizes.join(', ')} measured`);
}

async function stackParts(bench, figures, options, say) {
  const wants = (part) => options.only.includes(part);
  const completed = [];
  const sign = createSigner(bench);
  const floor = wants('floor') ? floorSubject(bench) : undefined;
  const settlements = wants('settlements') ? settlementSubject(bench, sign, completed) : undefined;
  const lean = wants('settlements') && !options.quick ? leanSubject(bench, sign, completed) : undefined;

  if (floor || settlements) {
    const paces = await warmUp([floor, settlements, lean].filter(isWanted), say);
    // First, while the chains are young: anvil's blocks take longer with all that was ever settled.
    await latencyPart(figures, options, { floor, settlements, say });
    await ratesPart(bench, figures, options, { floor, settlements, lean, paces, say });
  }
  if (wants('history')) await historyPart(bench, figures, settlementSubject(bench, sign, completed), completed);
  await verifyInLedger(bench, completed, say);
  await verifyOnChains(bench, completed, say);
}

const isWanted = (subject) => subject !== undefined;

async function ratesPart(bench, figures, options, { floor, settlements, lean, paces, say }) {
  const used = new Map();
  const rates = await measureRounds(bench, paces, {
    levels,
    rounds: options.rounds,
    windowMs: windowMsOf(options),
    leastGenerations: options.quick ? 1 : 2,
    say,
    onRound: ({ subject, inFlight, cpuMs }) => {
      if (inFlight === levels[0]) used.set(subject, [...(used.get(subject) ?? []), cpuMs]);
    },
  });
  for (const [index, inFlight] of levels.entries()) {
    const at = index === 0 ? '' : `at${inFlight}.`;
    for (const [subject, prefix] of [
      [floor, 'floor'],
      [settlements, 'settlements'],
      [lean, 'settlements.lean'],
    ]) {
      if (!subject) continue;
      const seen = rates.get(`${subject.name}@${inFlight}`);
      figures.set(`${prefix}.${at}perSecond`, summary(seen));
      if (floor && subject !== floor) {
        figures.set(`${prefix}.${at}ratioToFloor`, ratioOf(seen, rates.get(`floor@${inFlight}`)));
      }
    }
  }
  for (const [subject, rounds] of used) {
    const share = sayProcessorTime(subject, rounds, say);
    if (subject === settlements && share !== null) figures.set('settlements.clientCpuShare', { value: share });
  }
}

/** Medians over the rounds of each process's milliseconds; the client's part of their sum, or null where only it is known. */
function sayProcessorTime({ name: subject }, rounds, say) {
  const names = Object.keys(rounds[0]);
  const spent = names.map((name) => [name, median(rounds.map((round) => round[name] ?? 0))]);
  const sum = spent.reduce((total, [, ms]) => total + ms, 0);
  const list = spent.map(([name, ms]) => `${name} ${ms.toFixed(1)}`).join(', ');
  say(`processor time of one of ${subject}, ${levels[0]} in flight, in ms: ${list}; together ${sum.toFixed(1)}`);
  return names.length > 1 ? (spent.find(([name]) => name.startsWith('client'))?.[1] ?? 0) / sum : null;
}

async function latencyPart(figures, options, { floor, settlements, say }) {
  settlements?.takeStartMs();
  const subjects = [floor, settlements].filter(isWanted);
  const taken = await measureLatency(subjects, { samples: options.quick ? 12 : 30, say });
  for (const [name, ms] of taken) figures.set(`${name}.p50Ms`, summary(ms));
  if (settlements) figures.set('settlements.startP50Ms', summary(settlements.takeStartMs()));
  if (!floor || !settlements) return;
  const above = median(taken.get('settlements')) - median(taken.get('floor'));
  figures.set('settlements.p50OverFloorMs', { value: above });
}

async function historyPart({ temporal }, figures, subject, completed) {
  const [signed] = await subject.prepare(1);
  await subject.run(signed);
  const { events } = await temporal.workflow.getHandle(completed.at(-1)).fetchHistory();
  figures.set('history.events', { value: events.length });
}

/** On chains of its own, as young as those of the figures beside it. */
async function directPart(bench, figures, { rounds, quick }, say) {
  const completed = [];
  const subject = await directSubject(bench, createSigner(bench), completed);
  const count = quick ? 50 : 100;
  for (const [key, inFlight] of [
    ['direct.perSecond', 1],
    ['direct.at50.perSecond', 50],
  ]) {
    const seen = [];
    for (let round = 0; round <= rounds; round++) {
      const items = await subject.prepare(count + 2 * inFlight); // whole generations of either
      const { perSecond } = await closedLoop({ items, inFlight, run: subject.run });
      if (round > 0) seen.push(perSecond); // the first warms up
    }
    figures.set(key, summary(seen));
    say(`direct, ${inFlight} in flight: ${median(seen).toFixed(1)}/s`);
  }
  await verifyOnChains(bench, completed, say);
}

async function memoryPart(figures, context) {
  for (const { count, rssMb, heapMb } of await measureMemory(context)) {
    figures.set(`memory.mb${count}`, { value: rssMb });
    figures.set(`memory.heapMb${count}`, { value: heapMb });
  }
}

function sayProfile(say) {
  const { files, packages } = readProfiles();
  if (files === 0) throw new Error(`no worker left a profile in ${profileFolder()}: it did not end by itself`);
  const busyMs = packages.reduce((sum, { selfMs }) => sum + selfMs, 0);
  say(`self time of the workers' threads by package (${files} profiles in ${profileFolder()}):`);
  for (const { name, selfMs } of packages.slice(0, 20)) {
    say(
      `  ${((selfMs / busyMs) * 100).toFixed(1).padStart(5)} %  ${(selfMs / 1000).toFixed(2).padStart(7)} s  ${name}`,
    );
  }
}

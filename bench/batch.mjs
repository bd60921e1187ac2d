import { chunk } from 'es-toolkit/array';
import { withBenchApi } from './benchApi.mjs';
import { withBenchStack } from './benchStack.mjs';
import { runBulk } from './bulk.mjs';
import { closedLoop, itemsFor } from './closedLoop.mjs';
import { cpuMeter } from './cpuMeter.mjs';
import { directBatchSubject } from './direct.mjs';
import { createSigner } from './orders.mjs';
import { withPeer } from './peer.mjs';
import { probeArgs, readMemory } from './probe.mjs';
import { batchRunIdOf } from './project.mjs';
import { ratioOf, warmUp } from './rounds.mjs';
import { summary } from './stats.mjs';
import { settlementSubject } from './subjects.mjs';
import { verifyInLedger, verifyOnChains } from './verify.mjs';
import { within } from './within.mjs';

/** As many as a lane puts into one transaction, and the plain script's transactions under way at once. */
const [operationsPerTransaction, scriptInFlight] = [100, 4];
const oneByOneInFlight = 50;
const limitMs = 30 * 60_000;

/**
 * Batches, and orders that arrive singly in the bulk lane, beside a plain script that puts as many operations into a transaction, beside
 * the same settlements one by one, and beside a peer's empty workflows: in turns, on the same machine and chains, all from signed orders
 * to final on both chains; the rows are in the ledger.
 *
 * @param {{ rounds: number, size: number, long: number | null, workers: number, nodeArgs?: (folder: string) => string[] }} options `long`: one more batch, of so many
 * @param {{ say: (line: string) => void, signal: AbortSignal }} context
 */
export async function measureBatches({ rounds, size, long, workers, nodeArgs = () => [] }, { say, signal }) {
  const allArgs = (folder) => [...probeArgs(folder), ...nodeArgs(folder)];
  return withBenchStack({ say, signal, workers, nodeArgs: allArgs }, (bench) =>
    withBenchApi(bench, ({ connect }) =>
      withPeer(bench, async (peer) => {
        const [completed, direct] = [[], []];
        const sign = createSigner(bench);
        const single = settlementSubject(bench, sign, completed);
        const script = await directBatchSubject(bench, direct);
        const submitter = await connect('bulk', '--prefix', 'bench-', '--scopes', 'submit');
        const pace = (await warmUp([single], say)).get(single);
        const metered = async (name, run) => {
          const meter = cpuMeter(bench);
          meter.mark('from');
          const result = await run();
          meter.mark('to');
          const spent = Object.entries(meter.perItemMs(size)).filter(([, ms]) => ms >= 0.01);
          say(
            `processor time of one of ${name}, in ms: ${spent.map(([who, ms]) => `${who} ${ms.toFixed(2)}`).join(', ')}`,
          );
          return result;
        };
        const rates = { direct: [], batch: [], bulk: [], accepted: [], peer: [], oneByOne: [] };
        for (let round = 0; round <= rounds; round++) {
          const orders = await sign(size, 'u');
          const bulk = await metered('bulk', () => runBulk(bench, submitter, orders));
          completed.push(...orders.map(({ order }) => order.settlementId));
          const seen = {
            bulk: bulk.perSecond,
            accepted: bulk.acceptedPerSecond,
            peer: await peer.measure(),
            direct: await metered('direct', runScript.bind(null, script, await sign(size, 'd'))),
            batch: await metered('batch', runBatch.bind(null, bench, round, await sign(size, 'b'), completed)),
            oneByOne: await runOneByOne(single, pace),
          };
          const told = Object.entries(seen).map(
            ([name, rate]) => `${name} ${rate.toFixed(name === 'oneByOne' ? 1 : 0)}/s`,
          );
          say(`round ${round}/${rounds}${round === 0 ? ' (warm-up)' : ''}: ${told.join(', ')}`);
          if (round > 0) for (const [name, rate] of Object.entries(seen)) rates[name].push(rate);
        }
        const memoryMb = long === null ? null : await measureLong(bench, { size: long, sign, completed, say });
        await verifyInLedger(bench, completed, say);
        await verifyOnChains(bench, [...completed, ...direct], say);
        return { rates, memoryMb };
      }),
    ),
  );
}

/** @param {Awaited<ReturnType<typeof measureBatches>>} measured */
export function setBatchFigures(figures, { rates, memoryMb }) {
  figures.set('batch.perSecond', summary(rates.batch));
  figures.set('batch.direct.perSecond', summary(rates.direct));
  figures.set('batch.oneByOne.perSecond', summary(rates.oneByOne));
  figures.set('batch.ratioToDirect', ratioOf(rates.batch, rates.direct));
  figures.set('batch.ratioToOneByOne', ratioOf(rates.batch, rates.oneByOne));
  figures.set('bulk.perSecond', summary(rates.bulk));
  figures.set('bulk.acceptedPerSecond', summary(rates.accepted));
  figures.set('peer.perSecond', summary(rates.peer));
  figures.set('bulk.ratioToPeer', ratioOf(rates.bulk, rates.peer));
  if (memoryMb !== null) figures.set('memory.mb', { value: memoryMb.after });
  if (memoryMb !== null) figures.set('memory.growth', { value: memoryMb.after / memoryMb.before });
}

async function runScript(script, signed) {
  const groups = chunk(signed, operationsPerTransaction);
  let next = 0;
  const keepBusy = async () => {
    while (next < groups.length) await script(groups[next++]);
  };
  return rateOf(signed.length, () => Promise.all(Array.from({ length: scriptInFlight }, keepBusy)));
}

async function runBatch({ client, temporal, runId }, round, signed, completed) {
  const batchId = `bench-${runId}-${round}`;
  const rate = await rateOf(signed.length, async () => {
    await client.submitBatch(batchId, signed);
    const ended = temporal.workflow.getHandle(batchRunIdOf(batchId)).result();
    const progress = await within(ended, limitMs, `batch ${batchId}`);
    if (progress.completed !== signed.length) throw new Error(`batch ${batchId} ended ${JSON.stringify(progress)}`);
  });
  completed.push(...signed.map(({ order }) => order.settlementId));
  return rate;
}

async function runOneByOne(subject, perSecond) {
  const plan = { perSecond, windowMs: 5_000, inFlight: oneByOneInFlight, leastGenerations: 2 };
  const items = await subject.prepare(itemsFor(plan));
  return (await closedLoop({ items, inFlight: oneByOneInFlight, run: subject.run })).perSecond;
}

/** Whether a worker's memory stays where it is however many settlements a batch has. */
async function measureLong(bench, { size, sign, completed, say }) {
  const { rssMb: before } = await readMemory(bench);
  say(`a batch of ${size} is signed`);
  const signed = await sign(size, 'l');
  const rate = await runBatch(bench, 'long', signed, completed);
  const { rssMb: after } = await readMemory(bench);
  say(`a batch of ${size}: ${rate.toFixed(0)}/s; the worker has ${after} MB, ${before} MB before it`);
  return { before, after };
}

async function rateOf(count, run) {
  const from = performance.now();
  await run();
  return (count * 1_000) / (performance.now() - from);
}

import { withBenchApi } from './benchApi.mjs';
import { withBenchStack } from './benchStack.mjs';
import { closedLoop, itemsFor } from './closedLoop.mjs';
import { createSigner } from './orders.mjs';
import { paced } from './paced.mjs';
import { warmUp } from './rounds.mjs';
import { median, quantile } from './stats.mjs';
import { settlementSubject } from './subjects.mjs';
import { verifyInLedger, verifyOnChains } from './verify.mjs';
import { within } from './within.mjs';

const [streams, readsPerSecond, inFlight, limitMs] = [500, 100, 50, 180_000];
/** So many settlements wait on a paused route for all that the waiting streams follow. */
const waiting = 50;

/**
 * The API under load: clients that follow settlements that wait, reads at an even pace, and settlements at half of their peak, each
 * submitted through the API and followed to its end. All of it on the machine that the whole stack is on.
 *
 * @param {{ seconds: number, workers: number }} options
 * @param {{ say: (line: string) => void, signal: AbortSignal }} context
 */
export async function measureApi({ seconds, workers }, { say, signal }) {
  return withBenchStack({ say, signal, workers }, (bench) =>
    withBenchApi(bench, async ({ connect, settle }) => {
      const completed = [];
      const peakPerSecond = await measurePeak(bench, completed, say);
      const [submitter, reader] = await connectAll(connect);
      const all = await openStreams(bench, { submitter, reader, settle }, say);
      const wantedPerSecond = peakPerSecond / 2;
      say(
        `${seconds} s: ${all.size()} streams, ${readsPerSecond} reads and ${wantedPerSecond.toFixed(1)} settlements a second`,
      );
      const items = await createSigner(bench)(Math.ceil(wantedPerSecond * seconds), 'a');
      const [reads, settled] = await Promise.all([
        readAtPace(reader, completed, seconds),
        settleAtPace(submitter, items, { perSecond: wantedPerSecond, seconds }),
      ]);
      const open = all.size();
      if (open !== streams) throw new Error(`of ${streams} streams ${open} were left`);
      const ids = [...completed, ...settled.ids];
      await verifyInLedger(bench, ids, say);
      await verifyOnChains(bench, ids, say);
      return { peakPerSecond, wantedPerSecond, streams: open, readMs: reads, ...settled };
    }),
  );
}

async function measurePeak(bench, completed, say) {
  const subject = settlementSubject(bench, createSigner(bench), completed);
  const [pace] = (await warmUp([subject], say)).values();
  const plan = { perSecond: pace, windowMs: 10_000, inFlight, leastGenerations: 2 };
  const { perSecond } = await closedLoop({ items: await subject.prepare(itemsFor(plan)), inFlight, run: subject.run });
  say(`peak: ${perSecond.toFixed(1)} settlements a second, ${inFlight} in flight`);
  return perSecond;
}

/** One token may have half of all streams; those that wait and those that are submitted are two. */
function connectAll(connect) {
  return Promise.all([
    connect('submitter', '--prefix', 'bench-', '--scopes', 'submit,read'),
    connect('reader', '--scopes', 'read'),
  ]);
}

async function openStreams(bench, { submitter, reader, settle }, say) {
  const [alder, birch] = bench.config.chains;
  await settle('route', 'pause', '--from', birch.name, '--to', alder.name, '--by', 'bench', '--reason', 'streams wait');
  const signed = await createSigner(bench, { back: true })(waiting, 'w');
  for (const one of signed) await submit(submitter, one);
  let [open, heard] = [0, 0];
  for (let at = 0; at < streams; at++) {
    open += 1;
    let first;
    const isHeard = new Promise((resolve) => (first = resolve));
    const over = reader.follow(signed[at % waiting].order.settlementId, first);
    over.catch(() => undefined).then(() => (open -= 1));
    await within(Promise.race([isHeard, over]), limitMs, 'a stream');
    heard += 1;
  }
  say(`${heard} streams are open on ${waiting} settlements that wait`);
  return { size: () => open };
}

async function readAtPace(reader, completed, seconds) {
  const hashes = [];
  for (const id of completed.slice(-20)) {
    const { text } = await reader.ask('GET', `/v1/settlements/${id}`);
    const { burnTxHash, holder } = JSON.parse(text);
    hashes.push({ burnTxHash, holder });
  }
  const tookMs = [];
  await paced({
    perSecond: readsPerSecond,
    seconds,
    async run(at, dueAtMs) {
      const { status, text } = await reader.ask('GET', pathOf(at, completed, hashes));
      if (status !== 200) throw new Error(`a read was answered ${status}: ${text.slice(0, 200)}`);
      tookMs.push(performance.now() - dueAtMs);
    },
  });
  return tookMs;
}

/** Of ten reads: five settlements, two lists, two searches, and in turns what the API and the supply are. */
function pathOf(at, completed, hashes) {
  const { burnTxHash, holder } = hashes[at % hashes.length];
  const lists = ['status=COMPLETED&limit=20', `holder=${holder}&limit=20`];
  const kind = at % 10;
  if (kind < 5) return `/v1/settlements/${completed[(at * 7) % completed.length]}`;
  if (kind < 7) return `/v1/settlements?${lists[kind - 5]}`;
  if (kind < 9) return `/v1/settlements?q=${kind === 7 ? burnTxHash : holder}`;
  return at % 20 === 9 ? '/v1/info' : '/v1/supply';
}

async function settleAtPace(submitter, items, { perSecond, seconds }) {
  const [submitMs, eventMs, ids, endedAtMs] = [[], [], [], []];
  const startedAtMs = performance.now();
  await paced({
    perSecond,
    seconds,
    async run(at, dueAtMs) {
      const signed = items[at];
      if (!signed) return;
      const { settlementId } = signed.order;
      await submit(submitter, signed);
      submitMs.push(performance.now() - dueAtMs);
      let last;
      const takeEvent = (event) => {
        eventMs.push(Date.now() - Date.parse(event.at));
        last = event;
      };
      await within(submitter.follow(settlementId, takeEvent), limitMs, settlementId);
      if (last?.status !== 'COMPLETED') throw new Error(`${settlementId} is ${last?.status}`);
      ids.push(settlementId);
      endedAtMs.push(performance.now() - startedAtMs);
    },
  });
  // While the pace was held: what the first second has not completed yet, it cannot have.
  const [from, to] = [seconds * 250, seconds * 1_000];
  const counted = endedAtMs.filter((ms) => ms >= from && ms < to).length;
  return { ids, submitMs, eventMs, perSecond: (counted * 1_000) / (to - from) };
}

async function submit(client, { order, signature }) {
  const json = {
    ...order,
    amount: `${order.amount}`,
    sourceChainId: Number(order.sourceChainId),
    destinationChainId: Number(order.destinationChainId),
    validBefore: Number(order.validBefore),
  };
  const { status, text } = await client.ask('POST', '/v1/settlements', JSON.stringify({ order: json, signature }));
  if (status !== 201) throw new Error(`a submit was answered ${status}: ${text.slice(0, 200)}`);
}

export function setApiFigures(
  figures,
  { peakPerSecond, wantedPerSecond, streams: open, readMs, submitMs, eventMs, perSecond },
) {
  figures.set('api.peakPerSecond', { value: peakPerSecond });
  figures.set('api.streams', { value: open });
  figures.set('api.settlementsPerSecond', { value: perSecond });
  figures.set('api.settlements.ratioToWanted', { value: perSecond / wantedPerSecond });
  figures.set('api.submitP99Ms', { value: quantile(submitMs, 0.99) });
  figures.set('api.eventP99Ms', { value: quantile(eventMs, 0.99) });
  figures.set('api.readsPerSecond', { value: readsPerSecond });
  figures.set('api.readP50Ms', { value: median(readMs) });
  figures.set('api.readP99Ms', { value: quantile(readMs, 0.99) });
}

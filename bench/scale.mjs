import { askLedger } from './askLedger.mjs';
import { withBenchApi } from './benchApi.mjs';
import { withBenchStack } from './benchStack.mjs';
import { growLedger } from './growLedger.mjs';
import { closedLoop } from './closedLoop.mjs';
import { createSigner } from './orders.mjs';
import { batchRunIdOf, stackPaths, startGuard, startLocalWorker } from './project.mjs';
import { median, quantile } from './stats.mjs';
import { settlementSubject } from './subjects.mjs';
import { verifyOnChains } from './verify.mjs';
import { within } from './within.mjs';

const [warmUp, samples, inFlight, limitMs] = [40, 200, 10, 30 * 60_000];
/** Ten times the history: what the reconciliation has already looked at must cost it nothing. */
const [history, tenTimes] = [500, 5_000];

/**
 * What grows with what stands: the API's lists and searches and the ledger's transactions a settlement with `rows` settlements in the
 * ledger over hardly any, a reconciliation with ten times the history, and a worker's start with `open` settlements under way.
 *
 * @param {{ rows: number, open: number, workers: number }} options
 * @param {{ say: (line: string) => void, signal: AbortSignal }} context
 */
export async function measureScale({ rows, open, workers }, { say, signal }) {
  return withBenchStack({ say, signal, workers }, (bench) =>
    withBenchApi(bench, async ({ connect, settle }) => {
      const completed = [];
      const sign = createSigner(bench);
      const subject = settlementSubject(bench, sign, completed);
      const reader = await connect('reader', '--scopes', 'read');
      const submitter = await connect('bulk', '--prefix', 'bench-', '--scopes', 'submit');
      await pauseSchedule(bench); // a reconciliation is measured when it is asked for, and never sees rows that were made up
      const look = async () => ({
        ledgerTransactions: await transactionsOfOne(bench, subject),
        listMs: await readMany(reader, listPaths(completed)),
        searchMs: await readMany(reader, await searchPaths(reader, completed)),
      });

      await settleBatch(bench, 'few', await sign(history, 'h'), completed);
      const reconcileFewMs = await reconcileMs(bench);
      await settleBatch(bench, 'many', await sign(tenTimes - history, 'h'), completed);
      const reconcileManyMs = await reconcileMs(bench);
      say(
        `a reconciliation that finds nothing new: ${reconcileFewMs.toFixed(0)} ms, with ten times the history ${reconcileManyMs.toFixed(0)} ms`,
      );

      const fresh = await look();
      await askLedger(bench, (database) => growLedger(database, rows));
      say(`${rows} settlements put into the ledger`);
      const grown = await look();
      await verifyOnChains(bench, completed, say);

      const startIdleMs = await workerStartMs(bench);
      await openMany(bench, { submitter, settle, signed: await sign(open, 'o'), say });
      const startBusyMs = await workerStartMs(bench);
      say(
        `a worker's start: ${startIdleMs.toFixed(0)} ms, with ${open} settlements under way ${startBusyMs.toFixed(0)} ms`,
      );
      return { fresh, grown, reconcileFewMs, reconcileManyMs, startIdleMs, startBusyMs };
    }),
  );
}

export function setScaleFigures(figures, { fresh, grown, reconcileFewMs, reconcileManyMs, startIdleMs, startBusyMs }) {
  for (const [name, key] of [
    ['list', 'listMs'],
    ['search', 'searchMs'],
  ]) {
    const [before, after] = [fresh[key], grown[key]].map((ms) => quantile(ms, 0.99));
    figures.set(`scale.${name}P99Ms`, { value: after, samples });
    figures.set(`scale.${name}P99Ratio`, { value: after / before });
  }
  figures.set('scale.transactionsRatio', { value: grown.ledgerTransactions / fresh.ledgerTransactions });
  figures.set('scale.reconcileRatio', { value: reconcileManyMs / reconcileFewMs });
  figures.set('scale.workerStartMs', { value: startBusyMs });
  figures.set('scale.workerStartRatio', { value: startBusyMs / startIdleMs });
}

async function pauseSchedule({ temporal, config }) {
  for await (const { scheduleId } of temporal.schedule.list()) {
    if (scheduleId.includes(config.temporal.taskQueue)) await temporal.schedule.getHandle(scheduleId).pause();
  }
}

async function settleBatch({ client, temporal, runId }, name, signed, completed) {
  const batchId = `bench-${runId}-${name}`;
  await client.submitBatch(batchId, signed);
  await within(temporal.workflow.getHandle(batchRunIdOf(batchId)).result(), limitMs, `batch ${batchId}`);
  completed.push(...signed.map(({ order }) => order.settlementId));
}

/** The first one looks at what is new; then there is nothing. */
async function reconcileMs({ client }) {
  await client.reconcile();
  const tookMs = [];
  for (let turn = 0; turn < 7; turn++) {
    const at = performance.now();
    await client.reconcile();
    tookMs.push(performance.now() - at);
  }
  return median(tookMs);
}

/** What the whole stack commits meanwhile counts too: before and after alike. */
async function transactionsOfOne(bench, subject) {
  const count = 100;
  const run = async (items) => closedLoop({ items, inFlight, run: subject.run });
  await run(await subject.prepare(warmUp));
  const items = await subject.prepare(count);
  const before = await committed(bench);
  await run(items);
  return ((await committed(bench)) - before) / count;
}

function committed(bench) {
  return askLedger(bench, async (database) => {
    await database.query('select pg_stat_force_next_flush()');
    const { rows } = await database.query(
      'select xact_commit::float8 as count from pg_stat_database where datname = current_database()',
    );
    return rows[0].count;
  });
}

async function readMany(reader, paths) {
  const tookMs = [];
  for (let at = 0; at < samples + warmUp; at++) {
    const from = performance.now();
    const { status, text } = await reader.ask('GET', paths[at % paths.length]);
    if (status !== 200) throw new Error(`a read was answered ${status}: ${text.slice(0, 200)}`);
    if (at >= warmUp) tookMs.push(performance.now() - from);
  }
  return tookMs;
}

const listPaths = () =>
  ['limit=20', 'status=COMPLETED&limit=20', 'status=FAILED&limit=20', 'needsOperator=true&limit=20'].map(
    (query) => `/v1/settlements?${query}`,
  );

async function searchPaths(reader, completed) {
  const { text } = await reader.ask('GET', `/v1/settlements/${completed.at(-1)}`);
  const { burnTxHash, holder, settlementId } = JSON.parse(text);
  return [burnTxHash, holder, settlementId].map((q) => `/v1/settlements?q=${q}`);
}

/** From the process's start until it polls; the median of three, one after the other, each beside the stack's own. */
async function workerStartMs({ folder }) {
  const guard = await startGuard();
  const tookMs = [];
  try {
    for (let turn = 0; turn < 3; turn++) {
      const at = performance.now();
      const worker = await startLocalWorker(stackPaths(folder), guard, { name: `late-${turn}` });
      tookMs.push(performance.now() - at);
      await worker.stop();
    }
  } finally {
    await guard.close();
  }
  return median(tookMs);
}

/** They wait on a paused route, each with a row of its own, until the stack is thrown away. */
async function openMany(bench, { submitter, settle, signed, say }) {
  const [alder, birch] = bench.config.chains;
  await settle('route', 'pause', '--from', alder.name, '--to', birch.name, '--by', 'bench', '--reason', 'they wait');
  const bodies = signed.map(({ order, signature }) => JSON.stringify({ order, signature, lane: 'bulk' }));
  let next = 0;
  const keepBusy = async () => {
    while (next < bodies.length) {
      const { status, text } = await submitter.ask('POST', '/v1/settlements', bodies[next++]);
      if (status !== 201) throw new Error(`a submit was answered ${status}: ${text.slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: 100 }, keepBusy));
  const entered = () =>
    askLedger(bench, async (database) => {
      const { rows } = await database.query(
        "select count(*)::integer as count from ledger.settlements where status not in ('COMPLETED', 'FAILED')",
      );
      return rows[0].count;
    });
  const allEntered = async () => {
    while ((await entered()) < signed.length) await new Promise((resolve) => setTimeout(resolve, 200));
  };
  await within(allEntered(), limitMs, 'the settlements that wait');
  say(`${signed.length} settlements are under way`);
}

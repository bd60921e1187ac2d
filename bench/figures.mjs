import Table from 'cli-table3';

/** Every key that is always there, in the order of the table; null says "not measured". */
const keys = [
  ['floor.perSecond', 'bare workflow, two empty activities, 50 in flight, per second'],
  ['floor.at200.perSecond', 'the same, 200 in flight'],
  ['floor.p50Ms', 'the same, one at a time, milliseconds'],
  ['direct.perSecond', 'plain script, one at a time, per second'],
  ['direct.at50.perSecond', 'the same, 50 in flight'],
  ['settlements.perSecond', 'settlements through the client, 50 in flight, per second'],
  ['settlements.at200.perSecond', 'the same, 200 in flight'],
  ['settlements.ratioToFloor', 'of the same round, 50 in flight'],
  ['settlements.at200.ratioToFloor', 'of the same round, 200 in flight'],
  ['settlements.p50Ms', 'one at a time, milliseconds'],
  ['settlements.p50OverFloorMs', 'of which above the floor'],
  ['settlements.startP50Ms', "of which in the client's start"],
  ['settlements.lean.perSecond', 'started without the client, 50 in flight, per second'],
  ['settlements.lean.at200.perSecond', 'the same, 200 in flight'],
  ['settlements.lean.ratioToFloor', 'of the same round, 50 in flight'],
  ['settlements.lean.at200.ratioToFloor', 'of the same round, 200 in flight'],
  ['settlements.clientCpuShare', "the client's part of all processor time, 50 in flight"],
  ['gas.batch1', 'burn and mint of one settlement, alone'],
  ['gas.batch10', 'in batches of 10'],
  ['gas.batch100', 'in batches of 100'],
  ['history.events', 'events of one happy settlement'],
  ['memory.mb1000', 'worker, resident MB after 1,000 settlements'],
  ['memory.mb5000', 'worker, resident MB after 5,000 settlements'],
  ['memory.heapMb1000', 'worker, heap MB of its main thread after a collection'],
  ['memory.heapMb5000', 'worker, heap MB of its main thread after a collection'],
  ['api.peakPerSecond', 'settlements through the client, 50 in flight, beside an idle API, per second'],
  ['api.streams', 'event streams that were open all the time, of clients that wait'],
  ['api.settlementsPerSecond', 'submitted through the API at half of that, each followed by its stream to COMPLETED'],
  ['api.settlements.ratioToWanted', 'how much of the wanted half was held'],
  ['api.submitP99Ms', 'a submit, from when it was due'],
  ['api.eventP99Ms', 'from the ledger writing an event to its arrival at a client'],
  ['api.readsPerSecond', 'reads beside it: get, list, search, info, supply'],
  ['api.readP50Ms', 'a read, from when it was due'],
  ['api.readP99Ms', 'the same'],
  ['batch.perSecond', 'settlements in batches, from signed orders to final and in the ledger, per second'],
  ['batch.direct.perSecond', 'a plain script with 100 operations a transaction, per second'],
  ['batch.oneByOne.perSecond', 'the same settlements one by one, 50 in flight, per second'],
  ['batch.ratioToDirect', 'of the same round'],
  ['batch.ratioToOneByOne', 'of the same round'],
  ['bulk.perSecond', 'orders that arrive singly over HTTP, bulk lane, to final and in the ledger, per second'],
  ['bulk.acceptedPerSecond', 'the answers to their submits, per second'],
  ['peer.perSecond', 'empty two-step workflows of DBOS Transact on the same Postgres, per second'],
  ['bulk.ratioToPeer', 'of the same round'],
  ['fairness.p99Ms', "one holder's settlement while another floods the queue, a fairness key a holder"],
  ['fairness.without.p99Ms', 'the same without keys'],
  ['fairness.ratio', 'without over with'],
  ['scale.listP99Ms', 'a list over the API with 50,000 (--long: 1,000,000) settlements in the ledger'],
  ['scale.listP99Ratio', 'over the same with 5,000'],
  ['scale.searchP99Ms', 'a search by hash, holder or id'],
  ['scale.searchP99Ratio', 'over the same with 5,000'],
  ['scale.transactionsRatio', "the ledger's transactions a settlement, so many rows over 5,000"],
  ['scale.reconcileRatio', 'a reconciliation that finds nothing new, with 5,000 settlements behind it over 500'],
  ['scale.workerStartMs', 'from the start of a worker until it polls, with 10,000 settlements under way'],
  ['scale.workerStartRatio', 'over the same with none'],
  ['memory.mb', 'worker, resident MB after a batch of 100,000 (--long)'],
  ['memory.growth', 'of that, over what it was before the batch'],
  ['growth.ratio', 'rate with 100,000 settlements in the ledger over the rate with none'],
];

/** What was measured, by key: a value, and its spread where there is one. */
export function createFigures() {
  const measured = new Map();
  const known = new Set(keys.map(([key]) => key));
  return {
    /** @param {{ value: number | null, min?: number, max?: number, samples?: number }} figure */
    set(key, figure) {
      if (!known.has(key)) throw new Error(`${key} is no figure of this benchmark`);
      measured.set(key, figure);
    },
    get size() {
      return measured.size;
    },
    toJson() {
      const json = {};
      for (const [key] of keys) {
        const { value = null, min, max, samples } = measured.get(key) ?? {};
        json[key] = rounded(value);
        if (min !== undefined) Object.assign(json, { [`${key}.min`]: rounded(min), [`${key}.max`]: rounded(max) });
        if (samples !== undefined) json[`${key}.samples`] = samples;
      }
      return json;
    },
    toTable() {
      const table = new Table({
        head: ['figure', 'median', 'min .. max', 'what'],
        colAligns: ['left', 'right', 'right', 'left'],
        style: { head: [], border: [] },
      });
      for (const [key, what] of keys) {
        const figure = measured.get(key);
        if (!figure) continue;
        const spread =
          figure.min === undefined ? '' : `${shown(figure.min)} .. ${shown(figure.max)} (${figure.samples})`;
        table.push([key, shown(figure.value), spread, what]);
      }
      return table.toString();
    },
  };
}

/** Three decimals below ten: ratios need them, and nothing measured here is that exact above. */
function rounded(value) {
  return value === null ? null : Number(value.toFixed(Math.abs(value) < 10 ? 3 : 1));
}

const shown = (value) => (value === null ? 'not measured' : String(rounded(value)));

import { setTimeout as pause } from 'node:timers/promises';
import { askLedger } from './askLedger.mjs';
import { within } from './within.mjs';

const [inFlight, lookEveryMs, limitMs] = [200, 200, 30 * 60_000];

/**
 * Orders that arrive one by one over HTTP, so many requests under way, in the bulk lane. From the first request to the last of them
 * final on both chains and COMPLETED in the ledger.
 * @returns {Promise<{ perSecond: number, acceptedPerSecond: number }>} settlements a second, and answers to their submits
 */
export async function runBulk(bench, client, signed) {
  const before = await countCompleted(bench);
  const bodies = signed.map(({ order, signature }) => JSON.stringify({ order, signature, lane: 'bulk' }));
  const from = performance.now();
  let next = 0;
  const keepBusy = async () => {
    while (next < bodies.length) {
      const { status, text } = await client.ask('POST', '/v1/settlements', bodies[next++]);
      if (status !== 201) throw new Error(`a submit was answered ${status}: ${text.slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, keepBusy));
  const acceptedMs = performance.now() - from;
  const allCompleted = async () => {
    while ((await countCompleted(bench)) < before + signed.length) await pause(lookEveryMs);
  };
  await within(allCompleted(), limitMs, 'the bulk lane');
  return {
    perSecond: (signed.length * 1_000) / (performance.now() - from),
    acceptedPerSecond: (signed.length * 1_000) / acceptedMs,
  };
}

function countCompleted(bench) {
  return askLedger(bench, async (database) => {
    const { rows } = await database.query(
      "select count(*)::integer as count from ledger.settlements where status = 'COMPLETED'",
    );
    return rows[0].count;
  });
}

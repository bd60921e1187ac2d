// A worker's half of the lease tests, in a process of its own: node ledgerProcess.mjs <rounds|hold> <options as JSON>
// Prints JSON lines. The ledger is the compiled one, as it ships.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';

const [mode, json] = process.argv.slice(2);
const options = JSON.parse(json);
const { createLedger } = createRequire(import.meta.url)(join(options.root, 'dist', 'ledger', 'createLedger.js'));
const ledger = createLedger({ databaseUrl: options.databaseUrl, poolSize: 1 });
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

if (mode === 'rounds') await rounds();
else await hold();
await ledger.close();

/** So many turns in the critical section, which a row of the database witnesses: nobody else is in, and the fence grew. */
async function rounds() {
  const witness = new pg.Client(options.databaseUrl);
  await witness.connect();
  await witness.query('set synchronous_commit = off'); // nothing is lost here that anybody could miss
  const ask = async (change) => (await witness.query(`update witness set ${change} returning inside, fence`)).rows[0];
  let [turns, refusals] = [0, 0];
  while (turns < options.turns) {
    const lease = await ledger.acquire('shared', options.holder, 30_000);
    if (!lease) {
      refusals++;
      continue;
    }
    // The same holder again is the same lease.
    if (turns % 8 === 0) {
      const again = await ledger.acquire('shared', options.holder, 30_000);
      if (again?.fence !== lease.fence) throw new Error(`fence ${lease.fence} became ${again?.fence}`);
    }
    const entered = await ask(
      `inside = inside + 1, fence = greatest(fence, ${lease.fence}), grew = grew and fence < ${lease.fence}`,
    );
    if (entered.inside !== 1) throw new Error(`${entered.inside} are inside at once`);
    await ask('inside = inside - 1, turns = turns + 1');
    if (!(await ledger.release(lease))) throw new Error('it was not ours to release');
    turns++;
  }
  await witness.end();
  say({ turns, refusals });
}

/** Holds a lane, and flushes each time it is told to. */
async function hold() {
  const lease = await ledger.acquire(options.key, options.holder, options.ttlMs);
  say({ fence: lease?.fence ?? null });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'end') break;
    const lane = { ...options.lane, holder: options.holder, fence: lease.fence };
    const sign = async () => ({ ...options.signed, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n });
    const answer = await ledger.flush(lane, [options.operation], sign).then(
      ({ accepted }) => ({ accepted: accepted.length }),
      ({ code }) => ({ code }),
    );
    say({
      ...answer,
      extended: (await ledger.extend(lease, options.ttlMs)) !== null,
      released: await ledger.release(lease),
    });
  }
  process.stdin.destroy(); // an open pipe keeps a process
}

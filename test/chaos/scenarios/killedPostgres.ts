import { readLedger } from '../checkers/readLedger';
import type { LedgerFacts } from '../checkers/world';
import { inTurn } from '../inTurn';
import { clientAt, resultOf, signOrders, startOne } from '../load';
import { mustBeEmpty, type Scenario } from '../scenario';
import { withDeadline } from '../withDeadline';

const sizes = { ci: { settlements: 50, kills: 2 }, full: { settlements: 300, kills: 5 } } as const;
const withinMs = 300_000;

export const killedPostgres: Scenario = {
  name: 'Postgres is killed',
  async run({ world, options, random, prefix, progress }) {
    const { databaseUrl, postgres } = world;
    if (databaseUrl === null) return { notRun: 'needs the ledger' };
    const { settlements, kills } = sizes[options.size];
    const orders = await signOrders(world, prefix, settlements, random);
    const ended = createCounter();
    const all = inTurn(orders, settlements, async (signed, at) => {
      await startOne(world, clientAt(world, at), signed);
      const { status } = await resultOf(clientAt(world, at), signed.order.settlementId);
      ended.add();
      return `${signed.order.settlementId} ${status}`;
    });
    all.catch(() => undefined); // awaited below
    const lost: string[] = [];
    for (let kill = 0; kill < kills; kill++) {
      // Spread over the load: the next one dies when so many more have got through.
      await withDeadline(Promise.race([ended.reach((kill * settlements) / (kills + 1)), all]), withinMs, () =>
        ended.text(),
      );
      progress(`${ended.text()} of ${settlements} ended, ${kill + 1} of ${kills} kills`);
      const before = await readLedger(databaseUrl);
      await postgres.killAndRestart();
      lost.push(...lostOf(before, await readLedger(databaseUrl)));
    }
    const statuses = await withDeadline(all, withinMs, () => `${ended.text()} of ${settlements} ended`);
    mustBeEmpty('committed before a kill and gone after it', lost);
    mustBeEmpty(
      'not every settlement is COMPLETED',
      statuses.filter((text) => !text.endsWith(' COMPLETED')),
    );
    mustBeEmpty('workers ended by themselves', world.workers.deaths);
    return { settlements, kills, starts: settlements };
  },
};

/** What was read, and so committed, must be there for good. */
function lostOf(before: LedgerFacts, after: LedgerFacts): string[] {
  const events = new Set(after.events.map(({ hash }) => hash));
  const transactions = new Set(after.transactions.map(({ hash }) => hash));
  return [
    ...before.events
      .filter(({ hash }) => !events.has(hash))
      .map(({ settlementId, seq }) => `${settlementId} seq ${seq}`),
    ...before.transactions.filter(({ hash }) => !transactions.has(hash)).map(({ hash }) => `transaction ${hash}`),
  ];
}

/** Counts, and tells who waits for a number. */
function createCounter() {
  let count = 0;
  const waiting: { readonly at: number; readonly tell: () => void }[] = [];
  return {
    add(): void {
      count += 1;
      for (const { at, tell } of waiting) if (count >= at) tell();
    },
    reach: (at: number): Promise<void> =>
      count >= at ? Promise.resolve() : new Promise((tell) => waiting.push({ at, tell })),
    text: () => `${count}`,
  };
}

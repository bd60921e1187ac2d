import { askLedger } from './askLedger.mjs';
import { withBenchStack } from './benchStack.mjs';
import { growLedger } from './growLedger.mjs';
import { createSigner } from './orders.mjs';
import { measureRounds, ratioOf, warmUp } from './rounds.mjs';
import { floorSubject, settlementSubject } from './subjects.mjs';
import { verifyOnChains } from './verify.mjs';

const grownTo = 100_000;
const inFlight = 50;

/**
 * Settlements a second with 100,000 of them in the ledger over the same with hardly any, each against the floor of its own
 * rounds: what else has grown meanwhile (Temporal's own file, the machine's weather) is not the ledger's doing.
 *
 * @returns {Promise<number | null>} null when the settlements that ran left nothing in a ledger: there is none to grow yet
 */
export async function measureGrowth({ rounds, windowMs, workers }, { say, signal }) {
  return withBenchStack({ say, signal, workers }, async (bench) => {
    const completed = [];
    const subjects = [floorSubject(bench), settlementSubject(bench, createSigner(bench), completed)];
    const measure = async () => {
      const rates = await measureRounds(bench, await warmUp(subjects, say), {
        ...{ levels: [inFlight], rounds, windowMs, leastGenerations: 2, say },
      });
      return ratioOf(rates.get(`settlements@${inFlight}`), rates.get(`floor@${inFlight}`)).value;
    };
    const before = await measure();
    await askLedger(bench, (database) => growLedger(database, grownTo));
    say(`${grownTo} settlements put into the ledger`);
    const after = await measure();
    await verifyOnChains(bench, completed, say);
    return after / before;
  });
}

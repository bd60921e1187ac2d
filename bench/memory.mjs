import { withBenchStack } from './benchStack.mjs';
import { closedLoop } from './closedLoop.mjs';
import { createSigner } from './orders.mjs';
import { probeArgs, readMemory } from './probe.mjs';
import { settlementSubject } from './subjects.mjs';
import { verifyOnChains } from './verify.mjs';

export const memoryCounts = [1_000, 5_000];
const inFlight = 50;

/** Memory of one worker process after so many settlements in it: a stack of its own, for the count to be exact. */
export async function measureMemory({ say, signal }) {
  return withBenchStack({ say, signal, workers: 1, nodeArgs: probeArgs }, async (bench) => {
    const completed = [];
    const subject = settlementSubject(bench, createSigner(bench), completed);
    const seen = [];
    for (const count of memoryCounts) {
      const items = await subject.prepare(count - completed.length);
      await closedLoop({ items, inFlight, run: subject.run });
      const { rssMb, heapMb } = await readMemory(bench);
      say(`after ${completed.length} settlements: rss ${rssMb} MB, heap after a collection ${heapMb} MB`);
      seen.push({ count, rssMb, heapMb });
    }
    await verifyOnChains(bench, completed, say);
    return seen;
  });
}

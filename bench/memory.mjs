import { copyFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { withBenchStack } from './benchStack.mjs';
import { closedLoop } from './closedLoop.mjs';
import { createSigner } from './orders.mjs';
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
      const { rss, heapUsed } = JSON.parse(await text(connect(join(bench.folder, 'probe.sock'))));
      say(`after ${completed.length} settlements: rss ${mb(rss)} MB, heap after a collection ${mb(heapUsed)} MB`);
      seen.push({ count, rssMb: mb(rss), heapMb: mb(heapUsed) });
    }
    await verifyOnChains(bench, completed, say);
    return seen;
  });
}

function probeArgs(folder) {
  const probe = join(folder, 'workerProbe.cjs');
  copyFileSync(fileURLToPath(new URL('./workerProbe.cjs', import.meta.url)), probe);
  return ['--expose-gc', '--require', probe];
}

const mb = (bytes) => Math.round((bytes / 1024 / 1024) * 10) / 10;

import { copyFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What a worker is started with for `readMemory` to ask it. @param {string} folder the stack's */
export function probeArgs(folder) {
  const probe = join(folder, 'workerProbe.cjs');
  copyFileSync(fileURLToPath(new URL('./workerProbe.cjs', import.meta.url)), probe);
  return ['--expose-gc', '--require', probe];
}

/** What the worker holds after a collection, in MB. @param {{ folder: string }} bench */
export async function readMemory({ folder }) {
  const { rss, heapUsed } = JSON.parse(await text(connect(join(folder, 'probe.sock'))));
  return { rssMb: toMb(rss), heapMb: toMb(heapUsed) };
}

const toMb = (bytes) => Math.round((bytes / 1024 / 1024) * 10) / 10;

import { appendFileSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Failpoint } from '../../../src/failpoint';

/**
 * Stands in src/failpoint.ts's place in the workers of the suite `failpoints`, and nowhere else. A file `armed/<name>~<hits>` or
 * `armed/<name>@<kind>~<hits>` has the worker that comes there for the last of so many times die on the spot. Renaming it is how a hit
 * is counted: of several workers one can.
 */
export function failpoint(name: Failpoint, ...kinds: readonly string[]): void {
  const folder = process.env.CHAOS_FAILPOINTS_FOLDER;
  if (folder === undefined) return;
  appendFileSync(join(folder, 'hits'), `${[name, ...new Set(kinds)].join(' ')}\n`);
  const points = [name, ...kinds.map((kind) => `${name}@${kind}`)];
  for (const file of readdirSync(join(folder, 'armed'))) {
    const [point = '', hits] = file.split('~');
    if (points.includes(point)) hit(folder, point, Number(hits));
  }
}

function hit(folder: string, point: string, hits: number): void {
  const isLast = hits <= 1;
  const to = isLast ? join(folder, 'fired', `${point}~${process.pid}`) : join(folder, 'armed', `${point}~${hits - 1}`);
  try {
    renameSync(join(folder, 'armed', `${point}~${hits}`), to);
  } catch {
    return; // another worker's hit
  }
  if (isLast) process.kill(process.pid, 'SIGKILL');
}

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { failpoints, type Failpoint } from '../../../src/failpoint';
import type { OperationKind } from '../../../src/domain/slot';

/** A failpoint, or only those of its hits that are about one kind of operation. */
export type Point = Failpoint | `${Failpoint}@${OperationKind}`;

/** Where workers are told what to die at (armedFailpoint.ts reads it), and where they leave word that they did. */
export interface Armory {
  readonly folder: string;
  /** Whoever comes there for the last of so many hits from now on dies. */
  arm(point: Point, hits: number): void;
  disarm(point: Point): void;
  /** How many died there. */
  kills(point: Point): number;
  killsInAll(): number;
  /** How often any worker came there, armed or not. */
  passes(point: Point): number;
  /** True when more than so many have died there; false when it is waited for no longer. */
  fired(point: Point, killsBefore: number, signal: AbortSignal): Promise<boolean>;
}

const betweenLooksMs = 20;

export function nameOf(point: Point): Failpoint {
  const name = failpoints.find((one) => one === point.split('@')[0]);
  if (name === undefined) throw new Error(`there is no failpoint ${point}`);
  return name;
}

export function createArmory(parent: string): Armory {
  const folder = join(parent, 'failpoints');
  for (const part of ['armed', 'fired']) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'hits'), '');
  const filesOf = (part: 'armed' | 'fired', point: Point): string[] =>
    readdirSync(join(folder, part)).filter((file) => file.startsWith(`${point}~`));
  const armory: Armory = {
    folder,
    arm: (point, hits) => writeFileSync(join(folder, 'armed', `${point}~${hits}`), ''),
    disarm: (point) => filesOf('armed', point).forEach((file) => rmSync(join(folder, 'armed', file), { force: true })),
    kills: (point) => filesOf('fired', point).length,
    killsInAll: () => readdirSync(join(folder, 'fired')).length,
    passes(point) {
      const [name = '', kind] = point.split('@');
      const passes = readFileSync(join(folder, 'hits'), 'utf8').split('\n');
      return passes.map((line) => line.split(' ')).filter(([at, ...of]) => at === name && (!kind || of.includes(kind)))
        .length;
    },
    async fired(point, killsBefore, signal) {
      while (armory.kills(point) === killsBefore && !signal.aborted) await delay(betweenLooksMs);
      return armory.kills(point) > killsBefore;
    },
  };
  return armory;
}

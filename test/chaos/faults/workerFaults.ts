import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectRoot } from '../../../src/local/projectRoot';
import { withDeadline } from '../withDeadline';
import { between, done, NotFired, type FaultContext, type FaultKind } from './fault';

const anyWorker = ({ world, random }: FaultContext): number => between(random, 0, world.workers.count - 1);

const killed: FaultKind = {
  ...{ number: 6, name: 'a worker is SIGKILLed', track: 'rest', holdMs: [500, 3_000] },
  async fire(context) {
    const exit = await context.world.workers.end(anyWorker(context), 'SIGKILL');
    return done(exit?.signal === 'SIGKILL' ? 1 : 0);
  },
};

const paused: FaultKind = {
  ...{ number: 7, name: 'a worker is stopped for longer than its lease', track: 'rest', holdMs: [4_000, 9_000] },
  async fire(context) {
    const { workers, leaseTtlMs } = context.world;
    const at = anyWorker(context);
    if (!workers.signal(at, 'SIGSTOP')) throw new NotFired('it was on its way up');
    const since = performance.now();
    let effect = 0;
    return {
      async heal() {
        if (performance.now() - since > leaseTtlMs) effect = 1;
        workers.signal(at, 'SIGCONT');
      },
      tookEffect: () => effect,
    };
  },
};

const rolling: FaultKind = {
  ...{ number: 8, name: 'rolling restart by SIGTERM', track: 'rest', holdMs: [0, 0] },
  async fire({ world: { workers }, complain }) {
    let drained = 0;
    for (let at = 0; at < workers.count; at++) {
      const exit = await withDeadline(workers.end(at, 'SIGTERM'), 60_000, () => `worker ${at} drains`);
      if (exit?.code === 0) drained += 1;
      else if (exit) complain(`worker ${at} was told to end and did so with ${JSON.stringify(exit)}`);
      await withDeadline(workers.allPoll(), 60_000, () => `worker ${at} polls again`).catch(() => undefined);
    }
    return done(drained);
  },
};

const outOfFiles: FaultKind = {
  ...{ number: 10, name: 'a worker runs out of file handles', track: 'rest', holdMs: [4_000, 8_000] },
  async fire(context) {
    const { workers, databaseLink } = context.world;
    const at = anyWorker(context);
    const pid = workers.pidOf(at);
    if (pid === null) throw new NotFired('it was on its way up');
    const limit = (files: number): boolean =>
      spawnSync('prlimit', ['--pid', `${pid}`, `--nofile=${files}:`]).status === 0;
    if (!limit(8)) throw new NotFired('prlimit is not there, or may not');
    workers.mayEnd(at, true);
    const before = outOfFilesIn(workers.lastLines(400));
    databaseLink.cutAll(); // what it has open goes on: it must want something new
    return {
      async heal() {
        limit(1_024);
        workers.mayEnd(at, false);
      },
      tookEffect: () => Math.max(0, outOfFilesIn(workers.lastLines(400)) - before),
    };
  },
};

/** How often a worker said that it could open nothing. */
function outOfFilesIn(lines: readonly string[]): number {
  return lines.filter((line) => /EMFILE|[Tt]oo many open files/.test(line)).length;
}

const wrongClock: FaultKind = {
  ...{ number: 11, name: "a worker's clock is wrong by an hour", track: 'rest', holdMs: [8_000, 15_000] },
  async fire(context) {
    const { workers } = context.world;
    const at = anyWorker(context);
    const shiftMs = context.random() < 0.5 ? 3_600_000 : -3_600_000;
    const preload = join(projectRoot(), 'test', 'chaos', 'faults', 'shiftedClock.cjs');
    workers.setEnv(at, { NODE_OPTIONS: `--require ${preload}`, CHAOS_CLOCK_SHIFT_MS: `${shiftMs}` });
    await workers.end(at, 'SIGTERM');
    await withDeadline(workers.allPoll(), 60_000, () => `worker ${at} polls with its wrong clock`);
    let wrong = 0;
    return {
      async heal() {
        wrong = workers.lastLines(200).filter((line) => line.startsWith(`worker-${at} `) && isOff(line)).length;
        workers.setEnv(at, {});
        await workers.end(at, 'SIGTERM');
        await delay(1_000);
      },
      tookEffect: () => wrong,
    };
  },
};

/** Whether a log line was written by a clock that is wrong by more than half of what it was set off. */
function isOff(line: string): boolean {
  const [, time] = /"time":"?([^",}]+)/.exec(line) ?? [];
  const at = time === undefined ? Date.now() : Number(time) || Date.parse(time);
  return Math.abs(at - Date.now()) > 1_800_000;
}

export const workerFaults = [killed, paused, rolling, outOfFiles, wrongClock] as const;

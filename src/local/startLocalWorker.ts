import { join } from 'node:path';
import { describeExit } from './describeExit';
import { projectRoot } from './projectRoot';
import type { StackPaths } from './stackPaths';
import type { Guard, GuardedProcess } from './startGuard';
import { tailOf } from './tailOf';

/** Longer than a worker's own grace period for what is under way. */
const graceMs = 20_000;

export interface LocalWorkerOptions {
  /** Of the process and its log. */
  readonly name?: string;
  /** The program; the settlement worker where none is named. */
  readonly program?: string;
  /** What its log says once it is ready. */
  readonly readyText?: string;
  /** Options of Node itself. */
  readonly nodeArgs?: readonly string[];
  /** Where it answers Prometheus, host:port; absent: nowhere. */
  readonly metricsAddress?: string;
}

/** Starts a process of ours (a worker, the API) and resolves when it is ready. @throws Error with the end of its log when it ends before that */
export async function startLocalWorker(
  paths: Pick<StackPaths, 'config' | 'log'>,
  guard: Guard,
  options: LocalWorkerOptions = {},
): Promise<GuardedProcess> {
  const { name = 'worker', program = join(projectRoot(), 'dist', 'worker.js') } = options;
  const { readyText = 'worker ready', nodeArgs = [], metricsAddress } = options;
  const logFile = paths.log(name);
  let ready: () => void;
  const isReady = new Promise<'ready'>((resolve) => (ready = () => resolve('ready')));
  const worker = await guard.start({
    name,
    command: process.execPath,
    args: [...nodeArgs, program],
    env: { SETTLEMENT_CONFIG: paths.config, ...(metricsAddress ? { METRICS_ADDRESS: metricsAddress } : {}) },
    logFile,
    graceMs,
    // It drains while chains and server still answer.
    phase: 1,
    onLine: (line) => {
      if (line.includes(readyText)) ready();
    },
  });
  const first = await Promise.race([isReady, worker.exited]);
  if (first !== 'ready') {
    throw new Error(
      `the ${name} ended before it was ready (${describeExit(first)}); the end of ${logFile}:\n${tailOf(logFile)}`,
    );
  }
  return worker;
}

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { anvilBinary } from './anvilBinary';
import { devAccountCount } from './devAccounts';
import { freePort } from './freePort';
import { promoteExitDump } from './promoteExitDump';
import { rpcCall } from './rpcCall';
import { startGuard, type Guard, type GuardedProcess, type ProcessExit } from './startGuard';
import { tailOf } from './tailOf';

export interface AnvilOptions {
  readonly name: string;
  readonly chainId: number;
  /** Its state is loaded from here if there is one, and written back at a graceful end. */
  readonly statePath?: string;
  /** A block every so many seconds, and one for each transaction besides; without it only the latter. */
  readonly blockTimeSeconds?: number;
  /** Preferred; another is taken when it is in use. */
  readonly port?: number;
  readonly extraArgs?: readonly string[];
  readonly logFile?: string;
  /** The guard that shall own it; without one it gets its own. */
  readonly guard?: Guard;
}

export interface Anvil {
  readonly name: string;
  readonly chainId: number;
  readonly rpcUrl: string;
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  readonly stop: () => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/**
 * How many past states anvil keeps. Without the option it slows down as its history grows and spills to disk; without a
 * number it cannot be read at any block but the latest. Memory grows with this times the height: 1000 took 3.5 GB at 18,000
 * blocks, 128 takes 0.3 GB at 9,000.
 */
const keptStates = 128;
const startAttempts = 3;

/** Starts one anvil on the loopback interface and resolves when it answers. */
export async function startAnvil(options: AnvilOptions): Promise<Anvil> {
  const guard = options.guard ?? (await startGuard());
  try {
    const { process, rpcUrl } = await startOnSomePort(options, guard);
    // A guard of its own has nothing to do once it is gone.
    if (!options.guard) void process.exited.then(() => guard.close());
    return {
      name: options.name,
      chainId: options.chainId,
      rpcUrl,
      pid: process.pid,
      exited: process.exited,
      stop: options.guard ? process.stop : () => guard.close().then(() => undefined),
      kill: process.kill,
    };
  } catch (error) {
    if (!options.guard) await guard.close();
    throw error;
  }
}

async function startOnSomePort(
  options: AnvilOptions,
  guard: Guard,
): Promise<{ process: GuardedProcess; rpcUrl: string }> {
  const { logFile } = options;
  if (logFile !== undefined) mkdirSync(dirname(logFile), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'settlement-anvil-'));
  try {
    for (let attempt = 1; attempt <= startAttempts; attempt++) {
      const port = await freePort(attempt === 1 ? options.port : undefined);
      // Written once it listens. Without it we would take for ours whoever took the port between our look and anvil's bind.
      const boundFile = join(folder, `${attempt}.json`);
      const anvil = await guard.start({
        name: options.name,
        command: anvilBinary(),
        args: [...argumentsFor(options, port), '--config-out', boundFile],
        ...(logFile === undefined ? {} : { logFile }),
        // Time enough to write the state of a long session.
        graceMs: 30_000,
      });
      const rpcUrl = `http://127.0.0.1:${port}`;
      if (await answers(anvil, boundFile, rpcUrl)) return { process: anvil, rpcUrl };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const log = logFile === undefined ? '' : `; the end of ${logFile}:\n${tailOf(logFile)}`;
  throw new Error(`anvil ${options.name} ended before it answered${log}`);
}

function* argumentsFor(options: AnvilOptions, port: number): Generator<string> {
  yield* ['--host', '127.0.0.1', '--port', `${port}`, '--chain-id', `${options.chainId}`, '--quiet'];
  // `finalized` is then two blocks behind the latest.
  yield* ['--slots-in-an-epoch', '1', '--prune-history', `${keptStates}`, '--accounts', `${devAccountCount}`];
  if (options.blockTimeSeconds !== undefined) {
    yield* ['--block-time', `${options.blockTimeSeconds}`, '--mixed-mining'];
  }
  if (options.statePath !== undefined) {
    mkdirSync(dirname(options.statePath), { recursive: true });
    const exitDump = promoteExitDump(options.statePath);
    if (existsSync(options.statePath)) yield* ['--load-state', options.statePath];
    yield* ['--dump-state', exitDump];
  }
  yield* options.extraArgs ?? [];
}

/** False when it ended instead. */
async function answers(anvil: GuardedProcess, boundFile: string, rpcUrl: string): Promise<boolean> {
  while (!anvil.hasEnded()) {
    try {
      if (existsSync(boundFile)) {
        await rpcCall<string>(rpcUrl, 'eth_chainId', [], 2_000);
        return true;
      }
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

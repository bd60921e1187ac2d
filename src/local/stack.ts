import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, type Config } from '../config';
import { acquireStackLock, holdsStackLock } from './acquireStackLock';
import type { Deployment } from './deploy';
import { describeExit } from './describeExit';
import { endOrphans } from './endOrphans';
import { ensureLocalToken } from './ensureLocalToken';
import { freePort } from './freePort';
import { keepChain } from './keepChain';
import { keepPostgres } from './keepPostgres';
import { keepTemporal } from './keepTemporal';
import { keepProcess } from './keepProcess';
import { isDeployed } from './loadDeployment';
import { localConfig } from './localConfig';
import { projectRoot } from './projectRoot';
import { stackPaths, type StackPaths } from './stackPaths';
import { startChains } from './startChains';
import { startGuard, type Guard } from './startGuard';
import { startLocalWorker } from './startLocalWorker';
import { writeFileAtomically } from './writeFileAtomically';
import { writeKeys } from './writeKeys';

export interface StackOptions {
  /** Where everything of this stack lives, usually `.settlement`. */
  readonly folder: string;
  /** Removes what an earlier stack left there. */
  readonly fresh: boolean;
  readonly say: (line: string) => void;
  /** When it aborts, the start is given up and what has been started is stopped. */
  readonly signal?: AbortSignal;
  /** For a stack that is measured and thrown away. */
  readonly throwAway?: ThrowAway;
}

/**
 * A stack nobody comes back to: its chains are not saved and mine by themselves only, and a worker that dies is not replaced
 * but breaks the stack, so that nothing is measured on another one unnoticed.
 */
export interface ThrowAway {
  readonly confirmations: number;
  readonly pollIntervalMs: number;
  /** Its own, should the environment's server be shared with others. */
  readonly taskQueue: string;
  readonly workers: number;
  /** Options of Node itself for the workers: a profile, a probe. */
  readonly nodeArgs: readonly string[];
}

/** stack.json: what scripts and people rely on. */
export interface StackInfo {
  readonly ready: true;
  readonly temporal: { readonly address: string; readonly namespace: string; readonly uiUrl: string | null };
  /** Null on a stack that is measured and thrown away. */
  readonly apiUrl: string | null;
  readonly databaseUrl: string;
  readonly chains: readonly {
    readonly name: string;
    readonly chainId: number;
    readonly rpcUrl: string;
    readonly gateway: string;
    readonly token: string;
    readonly decimals: number;
  }[];
  readonly accounts: Deployment['accounts'];
  readonly workers: readonly { readonly pid: number; readonly metricsUrl: string | null }[];
}

export interface Stack {
  readonly info: StackInfo;
  /** The live page, with a token for it: not for a log. Null where there is no API. */
  readonly pageUrl: string | null;
  readonly config: Config;
  readonly deployment: Deployment;
  /** Resolves with the reason when the stack cannot go on: a chain died, or Temporal did and would not come back. */
  readonly broken: Promise<string>;
  stop(): Promise<void>;
}

const mintWindowMs = 120_000;
const pollIntervalMs = 250;
const confirmations = 2;
/** The ones that are taken when nobody else has them; metrics where the samples of Temporal have them. */
const [apiPort, preferredMetricsPort] = [8080, 9464];

/**
 * Starts the local stack: Temporal server, ledger, both chains, contracts, one worker; resolves when all of it is ready. Its
 * processes belong to a guard, which stops them however this process ends.
 * @throws ConfigError when a stack is up there, no server is found, or a chain lost its state
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const paths = stackPaths(options.folder);
  mkdirSync(paths.logsFolder, { recursive: true });
  const guard = await startGuard();
  // Aborted before anything is stopped on purpose: who watches processes then knows that they did not die.
  const ending = new AbortController();
  const giveUp = () => {
    ending.abort();
    void guard.close();
  };
  options.signal?.addEventListener('abort', giveUp);
  try {
    await takeFolder(paths, guard, options);
    return await startAll(paths, guard, options, ending);
  } catch (error) {
    ending.abort();
    await guard.close();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

async function takeFolder(paths: StackPaths, guard: Guard, { fresh, say }: StackOptions): Promise<void> {
  const self = {
    token: guard.token,
    port: guard.port,
    guardPid: guard.pid,
    startPid: process.pid,
    startedAt: new Date().toISOString(),
  };
  await acquireStackLock(paths.lock, self, () => say('waiting for the last stack to finish stopping'));
  const orphans = await endOrphans(paths.children);
  if (orphans > 0) say(`ended ${orphans} processes of a stack whose guard was killed`);
  rmSync(paths.stack, { force: true });
  await guard.own({ lockFile: paths.lock, childrenFile: paths.children, removeOnClose: [paths.stack] });
  // Without a deployment there can be no settlement: databases beside it are of a start that was cut short.
  if (!isDeployed(paths.deployment)) removeDatabases(paths);
  if (!fresh) return;
  // What is ours and nothing else: the folder is the user's choice.
  for (const path of [
    paths.deployment,
    paths.config,
    paths.apiToken,
    paths.chainsFolder,
    paths.keysFolder,
    paths.logsFolder,
  ]) {
    rmSync(path, { recursive: true, force: true });
  }
  removeDatabases(paths);
  mkdirSync(paths.logsFolder, { recursive: true });
  say('the state of earlier runs is removed');
}

function removeDatabases({ temporalDb, postgresFolder }: StackPaths): void {
  rmSync(postgresFolder, { recursive: true, force: true });
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${temporalDb}${suffix}`, { force: true });
}

async function startAll(
  paths: StackPaths,
  guard: Guard,
  { say, throwAway }: StackOptions,
  ending: AbortController,
): Promise<Stack> {
  // All at once; the first that fails ends the start, the guard ends the others.
  const [temporal, postgres, { anvils, deployment }] = await Promise.all([
    keepTemporal(paths, guard, say, ending.signal),
    keepPostgres(paths, guard, say, ending.signal),
    startChains(paths, guard, say),
  ]);
  writeKeys(paths.keysFolder, deployment.keys);
  // One for as long as the stack is up, so that an API that is replaced is found where it was.
  const port = throwAway ? undefined : await freePort(apiPort);
  const json = localConfig(deployment, {
    temporal: {
      address: temporal.address,
      namespace: temporal.namespace,
      ...(throwAway ? { taskQueue: throwAway.taskQueue } : {}),
      ...(temporal.uiUrl === null ? {} : { uiUrl: temporal.uiUrl }),
    },
    databaseUrl: postgres.databaseUrl,
    finality: { kind: 'confirmations', confirmations: throwAway?.confirmations ?? confirmations },
    mintWindowMs,
    pollIntervalMs: throwAway?.pollIntervalMs ?? pollIntervalMs,
    keysFolder: 'keys',
    ...(port === undefined ? {} : { apiPort: port }),
  });
  // Only for its owner: the database's password is in it.
  writeFileAtomically(paths.config, `${JSON.stringify(json, null, 2)}\n`, 0o600);
  const keepers = await Promise.all(
    (throwAway ? [] : deployment.chains).map(({ name, rpcUrl, gateway }) =>
      keepChain({
        rpcUrl,
        gateway,
        statePath: paths.chainState(name),
        markPath: paths.chainMark(name),
        ending: ending.signal,
      }),
    ),
  );
  const { workers, lost: workerLost } = throwAway
    ? await startWorkers(paths, guard, throwAway)
    : {
        workers: [await keepWorker(paths, guard, { say, onReplaced: () => writeInfo(), ending: ending.signal })],
        lost: [],
      };
  for (const { pid } of workers) say(`worker ${pid} polls`);
  const apiUrl = port === undefined ? null : `http://127.0.0.1:${port}`;
  // After the worker, which brings the ledger to this version's schema.
  if (apiUrl !== null)
    say(`the API serves at ${apiUrl} (process ${(await keepApi(paths, guard, { say, ending: ending.signal })).pid})`);
  // In the fragment, which no browser sends: it reaches the page alone.
  const pageUrl = apiUrl && `${apiUrl}/#token=${await ensureLocalToken(paths.apiToken, postgres.databaseUrl)}`;

  const info = (): StackInfo => ({
    ready: true,
    temporal: { address: temporal.address, namespace: temporal.namespace, uiUrl: temporal.uiUrl },
    apiUrl,
    databaseUrl: postgres.databaseUrl,
    chains: deployment.chains.map(({ name, chainId, rpcUrl, gateway, token, decimals }) => ({
      name,
      chainId,
      rpcUrl,
      gateway,
      token,
      decimals,
    })),
    accounts: deployment.accounts,
    workers: workers.map((worker) => ({
      pid: worker.pid,
      metricsUrl: 'metricsUrl' in worker ? worker.metricsUrl : null,
    })),
  });
  const writeInfo = () => writeFileAtomically(paths.stack, `${JSON.stringify(info(), null, 2)}\n`, 0o600);
  writeInfo();

  const broken = new Promise<string>((resolve) => {
    for (const { name, exited } of anvils) {
      void exited.then((exit) => {
        if (!ending.signal.aborted) resolve(`chain ${name} ended (${describeExit(exit)})`);
      });
    }
    for (const reason of [temporal.lost, postgres.lost, ...workerLost]) {
      void reason.then((why) => {
        if (!ending.signal.aborted) resolve(why);
      });
    }
  });
  return {
    info: info(),
    pageUrl,
    config: loadConfig(paths.config),
    deployment,
    broken,
    async stop() {
      ending.abort();
      await Promise.all(keepers.map(({ ended }) => ended));
      const { graceful } = await guard.close();
      // The guard was killed, so its children run on; they are ours as long as nobody has taken the folder over.
      if (graceful || !holdsStackLock(paths.lock, guard.token)) return;
      await endOrphans(paths.children);
      for (const file of [paths.stack, paths.lock]) rmSync(file, { force: true });
    },
  };
}

interface Keeping {
  readonly say: (line: string) => void;
  readonly onReplaced?: () => void;
  readonly ending: AbortSignal;
}

async function keepWorker(paths: StackPaths, guard: Guard, { onReplaced = () => undefined, ...watch }: Keeping) {
  let metricsAddress = '';
  const start = async () => {
    metricsAddress = `127.0.0.1:${await freePort(preferredMetricsPort)}`;
    return startLocalWorker(paths, guard, { metricsAddress });
  };
  const kept = await keepProcess({ what: 'worker', does: 'polls', start, onReplaced, ...watch });
  return {
    get pid() {
      return kept.pid;
    },
    /** For Prometheus. */
    get metricsUrl() {
      return `http://${metricsAddress}/metrics`;
    },
  };
}

function keepApi(paths: StackPaths, guard: Guard, { onReplaced = () => undefined, ...watch }: Keeping) {
  const options = { name: 'api', program: join(projectRoot(), 'dist', 'apiServer.js'), readyText: 'api ready' };
  const start = () => startLocalWorker(paths, guard, options);
  return keepProcess({ what: 'the API', does: 'serves', start, onReplaced, ...watch });
}

/** Workers that nobody replaces. */
async function startWorkers(paths: StackPaths, guard: Guard, { workers: count, nodeArgs }: ThrowAway) {
  const workers = await Promise.all(
    Array.from({ length: count }, (_, index) => startLocalWorker(paths, guard, { name: `worker-${index}`, nodeArgs })),
  );
  const lost = workers.map(async ({ pid, exited }) => `worker ${pid} ended (${describeExit(await exited)})`);
  return { workers, lost };
}

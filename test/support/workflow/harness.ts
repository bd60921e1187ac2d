import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { GracefulShutdownPeriodExpiredError, Worker, type WorkerOptions } from '@temporalio/worker';
import { MockActivities } from './mockActivities';
import { connectToTestServer, productionBundlePath, type TestServer } from './testServer';
import { coveredBundle, coveredWorkerOptions, mergeWorkflowCoverage } from './workflowCoverage';

/** The production workflow bundle on a real Temporal server, with mocked activities. One per test file. */
export interface Harness {
  readonly client: Client;
  readonly mocks: MockActivities;
  readonly taskQueue: string;
  /** One more worker on the same queue; the caller stops it. */
  startWorker(options?: Partial<WorkerOptions>): Promise<RunningWorker>;
  close(): Promise<void>;
}

export interface RunningWorker {
  stop(): Promise<void>;
}

interface HarnessOptions {
  /** Without one at first: a test that is about workers starts its own. */
  readonly withWorker?: boolean;
  readonly worker?: Partial<WorkerOptions>;
  /** Instead of the production bundle: the code of an edited one. */
  readonly bundleCode?: string;
  /** By default one of its own, so that test files keep apart. */
  readonly taskQueue?: string;
}

export async function createHarness({
  withWorker = true,
  worker,
  bundleCode,
  taskQueue = `test-${randomUUID()}`,
}: HarnessOptions = {}): Promise<Harness> {
  const server = await connectToTestServer();
  const bundle = bundleCode === undefined ? await testedBundle() : { code: bundleCode };
  const mocks = new MockActivities();
  const running: RunningWorker[] = [];

  const startWorker = async (options: Partial<WorkerOptions> = {}): Promise<RunningWorker> => {
    const started = await createWorker(server, taskQueue, mocks, bundle, { ...worker, ...options });
    running.push(started);
    return started;
  };
  if (withWorker) await startWorker();
  return {
    client: server.client,
    mocks,
    taskQueue,
    startWorker,
    close: async () => {
      await Promise.all(running.map((started) => started.stop()));
      mergeWorkflowCoverage();
      await server.close();
    },
  };
}

/** The production bundle; under `--coverage` the same sources with counters in them. */
async function testedBundle(): Promise<{ code: string } | { codePath: string }> {
  const code = await coveredBundle();
  return code === null ? { codePath: productionBundlePath() } : { code };
}

async function createWorker(
  server: TestServer,
  taskQueue: string,
  mocks: MockActivities,
  workflowBundle: { code: string } | { codePath: string },
  options: Partial<WorkerOptions>,
): Promise<RunningWorker> {
  const worker = await Worker.create(
    coveredWorkerOptions({
      connection: server.connection,
      taskQueue,
      workflowBundle,
      activities: mocks.activities,
      // It stands in every history: neither a host's name nor a process id belongs into a committed file.
      identity: 'test-worker',
      shutdownGraceTime: 0,
      shutdownForceTime: '3s',
      // A cancel reaches an activity with the answer to a heartbeat.
      maxHeartbeatThrottleInterval: '50ms',
      defaultHeartbeatThrottleInterval: '50ms',
      ...options,
    }),
  );
  // A test that failed may leave an activity waiting; that must not keep its whole file from ending.
  const ended = worker.run().catch((error: unknown) => {
    if (!(error instanceof GracefulShutdownPeriodExpiredError)) throw error;
  });
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await ended;
  };
  return { stop: () => (stopped ??= stop()) };
}

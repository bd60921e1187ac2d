import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { createSettlementClient, type SettlementClient } from '../../src/client/createSettlementClient';
import { loadConfig, readEnvironment } from '../../src/config';
import { PermanentError } from '../../src/domain/errors';
import type { SignedOrder } from '../../src/domain/order';
import { workerVersionOf } from '../../src/workerVersionOf';
import { projectRoot } from '../../src/local/projectRoot';
import { checkInvariants } from '../support/checkInvariants';
import { buildNextRelease, type NextRelease } from '../support/nextRelease/buildNextRelease';
import { runSettle } from '../support/runSettle';
import { startTestStack, type TestStack, type WorkerBuild } from '../support/testStack';

const { EventType } = temporal.api.enums.v1;
const ownBundle = join(projectRoot(), 'dist', 'workflow-bundle.js');

/** Builds of the workers side by side, on a real server, with real runs under way while they change. */
describe('releases', () => {
  let stack: TestStack;
  let next: NextRelease;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    next = await buildNextRelease();
  });
  afterAll(async () => {
    next.remove();
    await stack.close();
  });
  afterEach(async () => {
    await stack.alder.pauseNew(false);
    await checkInvariants(stack.chains, stack.databaseUrl);
  });

  /** A deployment and a task queue of the test's own, whose workers and client end with it. */
  async function inDeployment(use: (one: OwnDeployment) => Promise<void>): Promise<void> {
    const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as { temporal: Record<string, unknown> };
    const name = `d-${randomUUID()}`;
    const configPath = join(dirname(stack.configPath), `${name}.json`);
    const unversionedPath = join(dirname(stack.configPath), `${name}-unversioned.json`);
    const temporalOf = { ...json.temporal, taskQueue: name };
    writeFileSync(configPath, JSON.stringify({ ...json, temporal: { ...temporalOf, deployment: { name } } }));
    writeFileSync(unversionedPath, JSON.stringify({ ...json, temporal: temporalOf }));
    const client = await createSettlementClient(loadConfig(configPath));
    const workers: { stop(): Promise<void> }[] = [];
    const started = async (path: string, build?: WorkerBuild) => {
      const worker = await stack.startWorker(path, build);
      workers.push(worker);
      return worker;
    };
    try {
      await use({
        client,
        configPath,
        start: (build) => started(configPath, build),
        startUnversioned: () => started(unversionedPath),
      });
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()));
      await client.close();
    }
  }
  interface OwnDeployment {
    readonly client: SettlementClient;
    readonly configPath: string;
    readonly start: (build?: WorkerBuild) => ReturnType<TestStack['startWorker']>;
    readonly startUnversioned: () => ReturnType<TestStack['startWorker']>;
  }

  const idOf = ({ order }: SignedOrder): string => order.settlementId;
  const signMany = (count: number) => Promise.all(Array.from({ length: count }, () => stack.sign({})));
  const hasStatus = (batch: readonly SignedOrder[], status: string) =>
    stack.until(async () =>
      (await Promise.all(batch.map((one) => stack.inLedger(idOf(one))))).every((one) => one?.status === status),
    );
  /** A build that has just come may not poll every queue yet. */
  const promote = (client: SettlementClient, buildId: string, percent?: number) =>
    stack.until(() =>
      client.promoteRelease(buildId, percent).then(
        () => true,
        (error: unknown) => {
          if (error instanceof PermanentError && error.code === 'RELEASE_NOT_READY') return false;
          throw error;
        },
      ),
    );
  /** The server hears of a build with its workers' first polls. */
  async function otherBuild(client: SettlementClient, known: string): Promise<string> {
    let found: string | undefined;
    await stack.until(async () => {
      found = (await client.releases()).find(({ buildId }) => buildId !== known)?.buildId;
      return found !== undefined;
    });
    return found ?? '';
  }
  /** Four callers, each of whom settles one after the other until told to stop. */
  function keepLoading(client: SettlementClient) {
    const ended: SignedOrder[] = [];
    const state = { isOver: false };
    const callers = Array.from({ length: 4 }, async () => {
      while (!state.isOver) {
        const signed = await stack.sign({});
        await client.start(signed);
        await client.result(idOf(signed));
        ended.push(signed);
      }
    });
    const load = Promise.all(callers);
    load.catch(() => undefined); // told to who stops it
    return {
      ended: (): readonly SignedOrder[] => ended,
      async stop(): Promise<readonly SignedOrder[]> {
        state.isOver = true;
        await load;
        return ended;
      },
    };
  }
  /** The builds that took a run's workflow tasks, and whether one of them failed. */
  async function tasksOf(signed: SignedOrder) {
    const { events } = await stack.handle(idOf(signed)).fetchHistory();
    const builds = (events ?? []).flatMap(
      ({ workflowTaskCompletedEventAttributes: done }) => done?.deploymentVersion?.buildId ?? [],
    );
    const failed = (events ?? []).filter(({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED);
    return { builds: [...new Set(builds)], failed: failed.length };
  }

  test('a run stays with the build that began it, a promoted build takes the new ones, and neither breaks the other', async () => {
    await inDeployment(async ({ client, start, configPath }) => {
      const oldBuild = workerVersionOf(loadConfig(configPath), readEnvironment(), ownBundle)?.buildId ?? '';
      const oldWorker = await start();
      const [early] = (await signMany(1)) as [SignedOrder];
      await client.start(early);
      await client.promoteRelease(oldBuild);
      await hasStatus([early], 'COMPLETED');

      await stack.alder.pauseNew(true);
      const held = await signMany(5);
      for (const one of held) await client.start(one);
      await hasStatus(held, 'PROCESSING');
      await start({ program: next.program });
      const newBuild = await otherBuild(client, oldBuild);
      await promote(client, newBuild);
      expect(await client.releases()).toEqual([
        { buildId: newBuild, percent: 100, workers: 1, openRuns: 0 },
        { buildId: oldBuild, percent: null, workers: 1, openRuns: held.length },
      ]);
      const later = await signMany(5);
      for (const one of later) await client.start(one);
      await stack.alder.pauseNew(false);
      await hasStatus([...held, ...later], 'COMPLETED');

      for (const one of held) expect(await tasksOf(one)).toEqual({ builds: [oldBuild], failed: 0 });
      for (const one of later) expect(await tasksOf(one)).toEqual({ builds: [newBuild], failed: 0 });
      for (const one of [...held, ...later]) expect(await stack.operationsOf(idOf(one))).toHaveLength(2);
      await oldWorker.stop();
      const [last] = (await signMany(1)) as [SignedOrder];
      await client.start(last);
      await hasStatus([last], 'COMPLETED');

      // And what the two builds were kept from: neither could have gone on with a run of the other's.
      const results = [];
      for (const [signed, workflowBundle] of [
        [held[0], { codePath: next.bundle }],
        [later[0], { codePath: ownBundle }],
      ] as const) {
        const history = await stack.handle(idOf(signed as SignedOrder)).fetchHistory();
        results.push(Worker.runReplayHistory({ workflowBundle }, history, idOf(signed as SignedOrder)));
      }
      for (const one of await Promise.allSettled(results)) expect(one).toMatchObject({ status: 'rejected' });
    });
  });

  test('a rolling upgrade under load loses nothing, and no run changes its build', async () => {
    await inDeployment(async ({ client, configPath, start }) => {
      const oldBuild = workerVersionOf(loadConfig(configPath), readEnvironment(), ownBundle)?.buildId ?? '';
      const oldWorker = await start();
      await promote(client, oldBuild);
      const load = keepLoading(client);
      await stack.until(() => Promise.resolve(load.ended().length >= 5));
      await start({ program: next.program });
      const newBuild = await otherBuild(client, oldBuild);
      await promote(client, newBuild, 50);
      const before = load.ended().length;
      await stack.until(() => Promise.resolve(load.ended().length >= before + 20));
      await promote(client, newBuild);
      const promoted = load.ended().length;
      await stack.until(() => Promise.resolve(load.ended().length >= promoted + 5));
      await stack.until(async () =>
        (await client.releases()).every((one) => one.percent !== null || one.openRuns === 0),
      );
      await oldWorker.stop();
      const stopped = load.ended().length;
      await stack.until(() => Promise.resolve(load.ended().length >= stopped + 5));
      const all = await load.stop();

      const tasks = await Promise.all(all.map(tasksOf));
      expect(tasks.every(({ builds, failed }) => builds.length === 1 && failed === 0)).toBe(true);
      expect(new Set(tasks.map(({ builds }) => builds[0]))).toEqual(new Set([oldBuild, newBuild]));
      const records = await Promise.all(all.map((one) => stack.inLedger(idOf(one))));
      expect(new Set(records.map((one) => one?.status))).toEqual(new Set(['COMPLETED']));
      for (const one of all.slice(-5)) expect(await stack.operationsOf(idOf(one))).toHaveLength(2);
    });
  });

  test('a build can begin with a part of what comes, and can be taken back', async () => {
    await inDeployment(async ({ client, start }) => {
      await Promise.all([start({ buildId: 'one' }), start({ buildId: 'two' })]);
      await Promise.all([otherBuild(client, 'one'), otherBuild(client, 'two')]);
      await promote(client, 'one');
      await promote(client, 'two', 50);
      expect((await client.releases()).map(({ buildId, percent }) => [buildId, percent]).sort()).toEqual([
        ['one', 50],
        ['two', 50],
      ]);
      const both = await signMany(30);
      await Promise.all(both.map((one) => client.start(one)));
      await hasStatus(both, 'COMPLETED');
      const builds = await Promise.all(both.map(async (one) => (await tasksOf(one)).builds.join()));
      expect(new Set(builds)).toEqual(new Set(['one', 'two']));

      await promote(client, 'two');
      await promote(client, 'one');
      expect((await client.releases()).find(({ buildId }) => buildId === 'two')).toMatchObject({ percent: null });
      const [last] = (await signMany(1)) as [SignedOrder];
      await client.start(last);
      await hasStatus([last], 'COMPLETED');
      expect(await tasksOf(last)).toEqual({ builds: ['one'], failed: 0 });
    });
  });

  test('what a retired build still drives goes on with the current one', async () => {
    await inDeployment(async ({ client, configPath, start }) => {
      const old = await start({ buildId: 'old' });
      await otherBuild(client, '');
      await promote(client, 'old');
      const settle = (...args: string[]) => runSettle(configPath, ['release', ...args, '-o', 'json']);
      expect(JSON.parse((await settle('list')).stdout)).toMatchObject({ releases: [{ buildId: 'old', percent: 100 }] });
      const early = await settle('retire', 'old');
      expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('RELEASE_NOT_READY')]);
      await stack.alder.pauseNew(true);
      const held = await signMany(3);
      for (const one of held) await client.start(one);
      await hasStatus(held, 'PROCESSING');
      await start({ buildId: 'new' });
      await otherBuild(client, 'old');
      await promote(client, 'new');
      expect((await settle('promote', 'new', '--percent', '100')).code).toBe(2);
      expect(JSON.parse((await settle('promote', 'new')).stdout)).toEqual({ buildId: 'new', percent: 100 });
      await old.stop();
      expect(JSON.parse((await settle('retire', 'old')).stdout)).toEqual({ buildId: 'old', handedOver: 3 });
      await stack.alder.pauseNew(false);
      await hasStatus(held, 'COMPLETED');
      expect((await client.releases()).find(({ buildId }) => buildId === 'old')).toMatchObject({ openRuns: 0 });
    });
  });

  test('runs that workers without a version began go on with the first release', async () => {
    await inDeployment(async ({ client, start, startUnversioned }) => {
      const plain = await startUnversioned();
      await stack.alder.pauseNew(true);
      const held = await signMany(3);
      for (const one of held) await client.start(one);
      await hasStatus(held, 'PROCESSING');
      await start({ buildId: 'first' });
      await otherBuild(client, '');
      await promote(client, 'first');
      await plain.stop();
      await stack.alder.pauseNew(false);
      await hasStatus(held, 'COMPLETED');
    });
  });

  test('a build that no worker is of is not promoted', async () => {
    await inDeployment(async ({ client, configPath, start }) => {
      expect(await client.releases()).toEqual([]);
      const examined = await runSettle(configPath, ['doctor', '-o', 'json']);
      expect(JSON.parse(examined.stdout)).toMatchObject({
        findings: expect.arrayContaining([
          expect.objectContaining({ health: 'failure', found: 'no build takes new settlements' }),
        ]),
      });
      await expect(client.promoteRelease('nobody')).rejects.toMatchObject({ code: 'RELEASE_NOT_READY' });
      await start({ buildId: 'one' });
      await otherBuild(client, '');
      for (const buildId of ['nobody', '']) {
        await expect(client.promoteRelease(buildId)).rejects.toMatchObject({ code: 'RELEASE_NOT_READY' });
        await expect(client.promoteRelease(buildId, 10)).rejects.toMatchObject({ code: 'RELEASE_NOT_READY' });
      }
      expect(await client.releases()).toMatchObject([{ buildId: 'one', percent: null }]);
    });
  });
});

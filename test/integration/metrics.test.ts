import { readFileSync, writeFileSync } from 'node:fs';
import { createLedger } from '../../src/ledger/createLedger';
import { freePort } from '../../src/local/freePort';
import { createAlertReceiver, type AlertReceiver } from '../support/createAlertReceiver';
import { expressions } from '../support/monitoringFiles';
import { metricsOf } from '../support/promql';
import { startTestStack, type TestStack } from '../support/testStack';

const quick = { confirmations: 2, mintWindowMs: 5_000, undoAlarmMs: 1_000, rpcTimeoutMs: 500 };

describe("a worker's metrics", () => {
  let stack: TestStack;
  let receiver: AlertReceiver;
  let url: string;

  beforeAll(async () => {
    receiver = await createAlertReceiver(0);
    stack = await startTestStack({ ...quick, alertsUrl: receiver.url });
    const address = `127.0.0.1:${await freePort()}`;
    url = `http://${address}/metrics`;
    const config = JSON.parse(readFileSync(stack.configPath, 'utf8')) as object;
    const path = stack.configPath.replace('.json', '-metrics.json');
    writeFileSync(path, JSON.stringify({ ...config, metrics: { address, everyMs: 1_000 } }));
    await stack.startWorker(path);
  });

  afterAll(async () => {
    await stack.close();
    await receiver.close();
  });

  /** The values of a metric whose tags hold all of these. */
  async function valuesOf(name: string, ...tags: readonly string[]): Promise<readonly number[]> {
    const text = await (await fetch(url)).text();
    return [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)]
      .filter(([, known, labels = '']) => known === name && tags.every((tag) => labels.includes(tag)))
      .map(([, , , value]) => Number(value));
  }
  const sum = async (name: string, ...tags: readonly string[]): Promise<number> =>
    (await valuesOf(name, ...tags)).reduce((total, value) => total + value, 0);
  const until = (holds: () => Promise<boolean>) => stack.until(holds);

  test('say that an operator is needed while one is, which chain is silent, and how it ended', async () => {
    const { client, alder, birch } = stack;
    await until(async () => (await valuesOf('settlement_needs_operator')).length > 0);
    expect(await sum('settlement_needs_operator')).toBe(0);
    const signed = await stack.sign({});
    const { settlementId } = signed.order;
    await client.start(signed);
    await until(async () => (await alder.latestSlotOf(settlementId)).state === 'Burned');
    await until(async () => (await sum('settlement_open', 'source="alder"', 'status="BURNING"')) === 1);
    await alder.mine(2);
    await until(async () => (await birch.latestSlotOf(settlementId)).state === 'Minted');
    birch.signal('SIGSTOP');

    await until(async () => (await sum('settlement_needs_operator', 'destination="birch"')) === 1);
    expect(await sum('settlement_open', 'status="COMPENSATING"')).toBe(1);
    await until(async () => (await sum('settlement_chain_silent_seconds', 'chain="birch"')) > 0);
    expect(await sum('settlement_chain_silent_seconds', 'chain="alder"')).toBe(0);
    await until(async () => (await sum('settlement_alerts_total', 'action="trigger"', 'outcome="delivered"')) === 1);

    birch.signal('SIGCONT');
    const stopMining = stack.keepMining();
    expect(await client.result(settlementId)).toMatchObject({ status: 'COMPLETED' });
    await until(async () => (await sum('settlement_needs_operator')) + (await sum('settlement_open')) === 0);
    await stopMining();
    expect(await sum('settlement_steps_total', 'status="COMPLETED"', 'source="alder"', 'destination="birch"')).toBe(1);
    expect(await sum('settlement_duration_seconds_count', 'status="COMPLETED"')).toBe(1);
    expect(await sum('settlement_lane_batch_sum', 'chain="alder"')).toBe(1); // the burn
    expect(await valuesOf('settlement_supply_drift')).not.toContain(1);
    // The SDK's own stand beside them, as the alert rules and the dashboard name them.
    expect(await sum('temporal_activity_succeed_endtoend_latency_seconds_count', 'activity_type="burn"')).toBe(1);
    const named = expressions().flatMap(metricsOf);
    const theirs = [...new Set(named.filter((name) => name.startsWith('temporal_')))];
    expect(theirs.length).toBeGreaterThan(4);
    for (const name of theirs) expect([name, (await valuesOf(name)).length > 0]).toEqual([name, true]);
  }, 120_000);

  test('say which route is paused', async () => {
    const ledger = createLedger({ databaseUrl: stack.databaseUrl });
    await ledger.pauseRoute({ sourceChain: 'alder', destinationChain: 'birch' }, { reason: 'a look', by: 'a test' });
    await ledger.close();
    await until(async () => (await sum('settlement_route_paused', 'source="alder"', 'destination="birch"')) === 1);
    expect(await sum('settlement_route_paused')).toBe(1);
    await stack.resumeRoutes();
    await until(async () => (await sum('settlement_route_paused')) === 0);
  });
});

import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startCodecServer } from '../../src/codec/startCodecServer';
import { loadCodecConfig, loadConfig } from '../../src/config';
import { createSettlementClient } from '../../src/client/createSettlementClient';
import { devAccounts } from '../../src/local/devAccounts';
import type { GuardedProcess } from '../../src/local/startGuard';
import { createLogger } from '../../src/observability/createLogger';
import { textOfHistory } from '../chaos/checkers/readHistories';
import { checkInvariants } from '../support/checkInvariants';
import { runSettle, type Ran } from '../support/runSettle';
import { startTestStack, type TestStack } from '../support/testStack';

/** A stack whose configuration names payload keys: it works as any other, and Temporal keeps nothing that can be read. */
describe('with encrypted payloads', () => {
  let stack: TestStack;
  let worker: GuardedProcess;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000, encrypted: true });
    worker = await stack.startWorker();
    const accounts = Object.values(devAccounts());
    writeFileSync(join(dirname(stack.configPath), 'stack.json'), JSON.stringify({ accounts }));
  });
  afterAll(() => stack.close());

  const settle = (...args: readonly string[]): Promise<Ran> => runSettle(stack.configPath, args);
  const start = (id: string, ...more: readonly string[]): Promise<Ran> =>
    settle(...`start --id ${id} --from alder --to birch --amount 1 --holder alice`.split(' '), ...more);

  /** What Temporal keeps of a run, without its search attributes and its fairness key, which it must be able to read. */
  async function keptOf(id: string): Promise<string> {
    const history = await stack.handle(id).fetchHistory();
    for (const event of history.events ?? []) {
      const started = event.workflowExecutionStartedEventAttributes;
      if (started) started.priority = null;
      const attributes = [started, event.upsertWorkflowSearchAttributesEventAttributes];
      for (const one of attributes) if (one) one.searchAttributes = null;
    }
    return textOfHistory(history);
  }

  /** The stack's configuration, with another key than its own. */
  function strangerConfig(): string {
    const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as Record<string, unknown>;
    const folder = dirname(stack.configPath);
    writeFileSync(join(folder, 'other.key'), 'ef'.repeat(32));
    const path = join(folder, 'stranger.json');
    writeFileSync(path, JSON.stringify({ ...json, payloads: { keyFiles: [{ id: 'other', file: 'other.key' }] } }));
    return path;
  }

  const { alice, bob, mallory } = devAccounts();
  const readable = new RegExp([alice, bob, mallory].map(({ address }) => address.slice(2)).join('|'), 'i');

  test('a settlement completes, and its history has no payload that can be read', async () => {
    const id = `sealed-${randomUUID()}`;
    expect(await start(id, '--recipient', 'bob', '--wait')).toMatchObject({ code: 0 });

    const kept = await keptOf(id);
    expect(kept).not.toMatch(readable);
    expect(kept).not.toMatch(/validBefore|burnTxHash|"amount"/);
    expect(kept).toContain(Buffer.from('of-this-stack').toString('base64'));
    const shown = await settle('show', id, '-o', 'json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ settlementId: id, status: 'COMPLETED', recipient: bob.address });
    const again = await start(id, '--recipient', 'bob', '-o', 'json');
    expect(again.code).toBe(0);
    const other = await start(id, '--recipient', 'mallory');
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('IDEMPOTENCY_CONFLICT') });
    expect((await settle('list', '-o', 'jsonl')).stdout).toContain(id);
  });

  test('why one failed is told to whoever has the key, and to nobody else; it can be retried', async () => {
    const id = `sealed-${randomUUID()}`;
    expect((await start(id, '--recipient', 'mallory', '--wait')).code).toBe(3);

    const shown = JSON.parse((await settle('show', id, '-o', 'json')).stdout) as { errorMessage: string };
    expect(shown).toMatchObject({ status: 'FAILED', errorCode: 'MINT_REFUSED', compensated: true });
    expect(shown.errorMessage).not.toContain('Encoded failure');
    const kept = await keptOf(id);
    expect(kept).toContain('Encoded failure');
    expect(kept).toContain('MINT_REFUSED'); // a failure's type is Temporal's to read: retry policies are about it
    expect(kept).not.toContain(shown.errorMessage);
    expect(kept).not.toMatch(readable);

    await stack.birch.freeze('mallory', false);
    const retried = await settle('retry', id, '--wait', '-o', 'json');
    await stack.birch.freeze('mallory', true);
    expect(JSON.parse(retried.stdout)).toMatchObject({ status: 'COMPLETED', attempt: 1 });
  });

  test('what keeps an activity from its end is told while it is tried', async () => {
    const route = ['--from', 'alder', '--to', 'birch', '--by', 'test', '--reason', 'to see it told'];
    expect(await settle('route', 'pause', ...route)).toMatchObject({ code: 0 });
    const { order, signature } = await stack.sign({});
    await stack.client.start({ order, signature });
    const progress = stack.client.progress(order.settlementId);
    await stack.until(async () => (await progress.look()).pending.some(({ lastFailure }) => lastFailure !== null));
    const [pending] = (await progress.look()).pending;
    await stack.resumeRoutes();
    expect(pending?.lastFailure?.message).toMatch(/\w/);
    expect(pending?.lastFailure?.message).not.toContain('Encoded failure');
    // Sooner than the next try.
    await stack.client.cancel(order.settlementId);
    expect(await stack.client.result(order.settlementId)).toMatchObject({ status: 'FAILED', errorCode: 'CANCELLED' });
  });

  test('what was started without encryption goes on, as a raw start does', async () => {
    const { order, signature } = await stack.sign({});
    await stack.startRaw(order.settlementId, order, signature);
    expect(await stack.client.result(order.settlementId)).toMatchObject({ status: 'COMPLETED' });
    expect(await stack.client.order(order.settlementId)).toMatchObject({ signature });
  });

  test('without the key nobody is told a wrong story: an error names the key', async () => {
    const { order, signature } = await stack.sign({});
    await stack.client.start({ order, signature });
    await stack.client.result(order.settlementId);
    const stranger = strangerConfig();
    const client = await createSettlementClient(loadConfig(stranger));
    try {
      await expect(client.get(order.settlementId)).rejects.toMatchObject({
        code: 'PAYLOAD_KEY_UNKNOWN',
        message: expect.stringContaining('of-this-stack'),
      });
    } finally {
      await client.close();
    }
  });

  test('the codec server opens what stands in a history', async () => {
    const { order, signature } = await stack.sign({});
    await stack.client.start({ order, signature });
    await stack.client.result(order.settlementId);
    const history = await stack.handle(order.settlementId).fetchHistory();
    const { events } = JSON.parse(historyToJSON(history)) as {
      events: { workflowExecutionStartedEventAttributes: { input: { payloads: unknown[] } } }[];
    };
    const server = await startCodecServer(
      { ...loadCodecConfig(stack.configPath), codec: { ...loadCodecConfig(stack.configPath).codec, port: 0 } },
      createLogger('silent'),
    );
    try {
      const response = await fetch(`${server.url}/decode`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-namespace': 'default' },
        body: JSON.stringify(events[0]?.workflowExecutionStartedEventAttributes.input),
      });
      const { payloads } = (await response.json()) as { payloads: { data: string }[] };
      expect(payloads).toHaveLength(2);
      expect(Buffer.from(payloads[0]?.data ?? '', 'base64').toString()).toContain(order.recipient);
    } finally {
      await server.close();
    }
  });

  test('a worker without the key moves nothing, and one that has it goes on', async () => {
    await worker.stop();
    const stranger = await stack.startWorker(strangerConfig());
    const { order, signature } = await stack.sign({});
    await stack.client.start({ order, signature });
    const tasksFailed = async (): Promise<number> => {
      const { events } = await stack.handle(order.settlementId).fetchHistory();
      return (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes).length;
    };
    await stack.until(async () => (await tasksFailed()) > 0);
    expect(await stack.inLedger(order.settlementId)).toBeUndefined();
    await stranger.stop();
    worker = await stack.startWorker();
    expect(await stack.client.result(order.settlementId)).toMatchObject({ status: 'COMPLETED' });
  });

  test('the chains and the ledger say what they say of any other stack', async () => {
    await checkInvariants(stack.chains, stack.databaseUrl);
  });
});

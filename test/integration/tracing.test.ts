import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settlementKeyOf } from '../../src/domain/fingerprint';
import { freePort } from '../../src/local/freePort';
import { projectRoot } from '../../src/local/projectRoot';
import { startGuard, type GuardedProcess } from '../../src/local/startGuard';
import { startLocalWorker } from '../../src/local/startLocalWorker';
import { createTraceReceiver, type ReceivedSpan, type TraceReceiver } from '../support/createTraceReceiver';
import { startTestApi } from '../support/startTestApi';
import { startTestStack, type TestStack } from '../support/testStack';

describe("a settlement's trace", () => {
  let stack: TestStack;
  let receiver: TraceReceiver;
  let worker: GuardedProcess;
  let api: { readonly url: string; readonly token: string; stop(): Promise<unknown> };

  beforeAll(async () => {
    receiver = await createTraceReceiver();
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    const config = JSON.parse(readFileSync(stack.configPath, 'utf8')) as object;
    const path = stack.configPath.replace('.json', '-traced.json');
    const port = await freePort();
    writeFileSync(path, JSON.stringify({ ...config, tracing: { otlpUrl: receiver.url }, api: { port } }));
    worker = await stack.startWorker(path);
    api = await startApi(path, port);
  });

  /** As it ships, in a process of its own. */
  async function startApi(config: string, port: number): Promise<typeof api> {
    const guard = await startGuard();
    const program = join(projectRoot(), 'dist', 'apiServer.js');
    const paths = { config, log: (name: string) => `${config}.${name}.log` };
    const { stop } = await startLocalWorker(paths, guard, { name: 'api', program, readyText: 'api ready' });
    const tokens = await startTestApi(stack);
    const token = await tokens.makeToken({ prefix: 'traced-' });
    await tokens.close();
    return { url: `http://127.0.0.1:${port}`, token, stop: async () => (await stop(), guard.close()) };
  }

  afterAll(async () => {
    await api.stop();
    await stack.close();
    await receiver.close();
  });

  test('is one, from its order to its transactions, whoever started it and however it ended', async () => {
    const { client, birch } = stack;
    await birch.freeze('mallory', true);
    const refunded = await stack.sign({ recipient: 'mallory' });
    const { order: settled, signature } = await stack.sign({});
    await stack.startRaw(settled.settlementId, settled, signature); // as any language can
    await client.start(refunded);
    const done = await client.result(settled.settlementId);
    const failed = await client.result(refunded.order.settlementId);
    await worker.stop(); // what is left is sent before it ends

    expect(namesOf(settled.settlementId)).toEqual([
      'Burn on alder',
      'Mint on birch',
      'settlement',
      'step burn',
      'step mint',
    ]);
    const { spanId, parentSpanId, attributes, isError } = one(settled.settlementId, 'settlement');
    expect([parentSpanId, isError, attributes['settlement.status']]).toEqual(['', false, 'COMPLETED']);
    expect(one(settled.settlementId, 'step burn').parentSpanId).toBe(spanId);
    const burn = one(settled.settlementId, 'Burn on alder');
    expect(burn.parentSpanId).toBe(one(settled.settlementId, 'step burn').spanId);
    expect(burn.events).toEqual(['journaled']);
    expect(burn.attributes['transaction.hash']).toBe(done.burnTxHash);
    expect(one(settled.settlementId, 'Mint on birch').attributes['transaction.hash']).toBe(done.mintTxHash);

    const back = refunded.order.settlementId;
    expect(namesOf(back)).toEqual(expect.arrayContaining(['step cancelMint', 'step refund', 'Refund on alder']));
    expect(one(back, 'settlement')).toMatchObject({ isError: true, attributes: { 'settlement.refunded': 'true' } });
    expect(one(back, 'Refund on alder').attributes['transaction.hash']).toBe(failed.refundTxHash);
    // Nobody gets a signature from a trace.
    expect(JSON.stringify(receiver.spans)).not.toContain(refunded.signature.slice(2, 40));
  }, 60_000);

  test('begins at the API where that was asked for it', async () => {
    const headers = { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' };
    const body = JSON.stringify(await stack.sign({ settlementId: 'traced-1' }));
    const answer = await fetch(`${api.url}/v1/settlements`, { method: 'POST', headers, body });
    expect([answer.status, await answer.text()]).toEqual([201, expect.stringContaining('traced-1')]);
    await api.stop();
    expect(one('traced-1', 'start').parentSpanId).toBe(settlementKeyOf('traced-1').slice(34, 50));
  });

  const spansOf = (settlementId: string): readonly ReceivedSpan[] =>
    receiver.spans.filter(({ traceId }) => traceId === settlementKeyOf(settlementId).slice(2, 34));

  /** Each step once, though an execution that waited too long is a span of its own. */
  const namesOf = (settlementId: string): readonly string[] =>
    [...new Set(spansOf(settlementId).map(({ name }) => name))].sort();

  function one(settlementId: string, name: string): ReceivedSpan {
    const found = spansOf(settlementId).filter((span) => span.name === name);
    expect([name, found.length]).toEqual([name, 1]);
    return found[0] as ReceivedSpan;
  }
});

import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Client } from 'pg';
import type { WebhookBody } from '../../src/domain/webhook';
import { createWebhookReceiver, type ReceivedWebhook } from '../support/createWebhookReceiver';
import { startTestApi } from '../support/startTestApi';
import { startTestStack, type TestStack } from '../support/testStack';

const secretBytes = randomBytes(32);
const secret = `whsec_${secretBytes.toString('base64')}`;

/** As a receiver's library for standardwebhooks.com does it, and not as the sender does. */
function isSigned({ headers, body }: ReceivedWebhook, key = secretBytes): boolean {
  const [id, time, signatures] = ['id', 'timestamp', 'signature'].map((name) => headers[`webhook-${name}`]);
  const ours = createHmac('sha256', key).update([id, time, body].join('.')).digest('base64');
  return String(signatures).split(' ').includes(`v1,${ours}`) && Math.abs(Date.now() / 1_000 - Number(time)) < 60;
}

const bodyOf = ({ body }: ReceivedWebhook) => JSON.parse(body) as WebhookBody;

describe('webhooks', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack({ confirmations: 1, mintWindowMs: 60_000 });
    // As the local stack's configuration has it: a receiver on this machine.
    const json = JSON.parse(readFileSync(stack.configPath, 'utf8')) as object;
    writeFileSync(stack.configPath, JSON.stringify({ ...json, api: { allowPrivateWebhooks: true } }));
    await stack.startWorker();
  });
  afterAll(() => stack.close());

  test('tell each end of its own settlements once, signed, also what ended while no API was up', async () => {
    const receiver = await createWebhookReceiver((nth) => (nth === 1 ? 500 : 204));
    const prefix = `hook${randomUUID().slice(0, 8)}-`;
    const first = await startTestApi(stack);
    await first.makeToken({ prefix, webhook: { url: receiver.url, secret } });
    const settle = async (settlementId: string, recipient: 'bob' | 'mallory') => {
      await stack.client.start(await stack.sign({ settlementId, recipient }));
      return stack.client.result(settlementId);
    };

    const completed = await settle(`${prefix}a`, 'bob');
    await settle(`other-${randomUUID()}`, 'bob');
    await receiver.until(2); // refused once, and told again
    await first.close();
    const failed = await settle(`${prefix}b`, 'mallory');
    expect(failed.status).toBe('FAILED');
    expect(receiver.received).toHaveLength(2);
    const second = await startTestApi(stack);
    await receiver.until(3);

    const [refused, again, last] = receiver.received as [ReceivedWebhook, ReceivedWebhook, ReceivedWebhook];
    expect(receiver.received.map((one) => isSigned(one))).toEqual([true, true, true]);
    expect(isSigned(last, randomBytes(32))).toBe(false);
    expect(again.headers['webhook-id']).toBe(refused.headers['webhook-id']);
    expect(last.headers['webhook-id']).not.toBe(refused.headers['webhook-id']);
    expect(bodyOf(again)).toMatchObject({
      type: 'settlement.completed',
      data: { settlementId: `${prefix}a`, status: 'COMPLETED', mintTxHash: completed.mintTxHash },
    });
    expect(Object.keys(bodyOf(again).data).sort()).toEqual(Object.keys(completed).sort());
    expect(bodyOf(last)).toMatchObject({
      type: 'settlement.failed',
      data: { settlementId: `${prefix}b`, errorCode: 'MINT_REFUSED', compensated: true },
    });

    // The secret and the URL stand in no history.
    const run = stack.temporal.workflow.list({ query: `WorkflowType = 'webhookWorkflow'` });
    let runs = 0;
    for await (const { workflowId } of run) {
      if (!workflowId.startsWith(`webhook:${prefix}`)) continue;
      runs += 1;
      const history = JSON.stringify(await stack.handle(workflowId).fetchHistory());
      expect(history).not.toContain(receiver.url);
      expect(history).not.toContain(secret);
    }
    expect(runs).toBe(2);
    await second.close();
    await receiver.close();
  });

  test('the same events again, as after a crash before the cursor moved, start nothing twice', async () => {
    const receiver = await createWebhookReceiver();
    const prefix = `twice${randomUUID().slice(0, 8)}-`;
    const first = await startTestApi(stack);
    await first.makeToken({ prefix, webhook: { url: receiver.url, secret } });
    await stack.client.start(await stack.sign({ settlementId: `${prefix}a` }));
    await stack.client.result(`${prefix}a`);
    await receiver.until(1);
    await first.close();

    const database = new Client(stack.databaseUrl);
    await database.connect();
    await database.query('update api.webhook_cursor set event = 0');
    const second = await startTestApi(stack);
    await stack.until(async () => {
      const { rows } = await database.query<{ event: string; newest: string }>(
        'select event::text, (select max(id)::text from ledger.settlement_events) as newest from api.webhook_cursor',
      );
      return rows[0]?.event === rows[0]?.newest;
    });
    // A further one comes after whatever the first would have brought again.
    await stack.client.start(await stack.sign({ settlementId: `${prefix}b` }));
    await receiver.until(2);
    expect(receiver.received.map((one) => bodyOf(one).data.settlementId)).toEqual([`${prefix}a`, `${prefix}b`]);
    await database.end();
    await second.close();
    await receiver.close();
  });

  test('a redirect is not followed, and a receiver that says Gone is left alone', async () => {
    const redirecting = await createWebhookReceiver((nth) => (nth === 1 ? 302 : 410));
    const prefix = `moved${randomUUID().slice(0, 8)}-`;
    const api = await startTestApi(stack);
    await api.makeToken({ prefix, webhook: { url: redirecting.url, secret } });
    await stack.client.start(await stack.sign({ settlementId: `${prefix}a` }));
    await redirecting.until(2);
    expect(redirecting.received.map(({ path }) => path)).toEqual(['/hook', '/hook']);
    const runs = stack.temporal.workflow.list({ query: `WorkflowId STARTS_WITH 'webhook:${prefix}'` });
    for await (const { workflowId } of runs) expect(await stack.handle(workflowId).result()).toBe('gone');
    await api.close();
    await redirecting.close();
  });
});

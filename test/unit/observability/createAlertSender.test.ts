import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { parseConfig, type Config } from '../../../src/config';
import type { Alert } from '../../../src/domain/alert';
import { createAlertSender } from '../../../src/observability/createAlertSender';
import { createAlertReceiver } from '../../support/createAlertReceiver';

const routingKey = 'canary-r0uting-key';
const alert: Alert = {
  key: 'settlement/pay-1',
  action: 'trigger',
  severity: 'critical',
  code: 'REFUND_REFUSED',
  summary: 'pay-1 needs an operator: REFUND_REFUSED',
  component: 'pay-1',
  details: { status: 'COMPENSATING', amountBaseUnits: '12500000' },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  writeFileSync(join(folder, 'routing.key'), `${routingKey}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const chain = {
  rpcUrl: 'http://127.0.0.1:1',
  gateway: address,
  tokens: [{ symbol: 'SETL', address, decimals: 6 }],
  finality: { kind: 'finalized' },
};
const configWith = (alerts: object | undefined): Config =>
  parseConfig(
    {
      ...(alerts && { alerts: { routingKeyFile: 'routing.key', ...alerts } }),
      chains: [
        { ...chain, name: 'alder', chainId: 1 },
        { ...chain, name: 'birch', chainId: 2 },
      ],
    },
    folder,
  );
/** Its sender, and every line that was logged. */
async function senderFor(alerts: object | undefined) {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  return { send: await createAlertSender(configWith(alerts), log), lines };
}

describe('an alert', () => {
  it("reaches the receiver in the shape of PagerDuty's Events API v2, with a link to the run", async () => {
    const receiver = await createAlertReceiver(0);
    const { send, lines } = await senderFor({ url: receiver.url, temporalUiUrl: 'http://ui.example/' });
    await send(alert);
    await send({ ...alert, action: 'resolve', summary: 'x'.repeat(2_000) });
    expect(receiver.events[0]).toEqual({
      routing_key: routingKey,
      event_action: 'trigger',
      dedup_key: 'settlement/pay-1',
      payload: {
        summary: alert.summary,
        source: 'cross-chain-settlement',
        severity: 'critical',
        component: 'pay-1',
        class: 'REFUND_REFUSED',
        custom_details: alert.details,
      },
      links: [{ href: 'http://ui.example/namespaces/default/workflows/pay-1', text: 'its run in Temporal' }],
    });
    expect(receiver.events[1]).toMatchObject({ event_action: 'resolve', dedup_key: 'settlement/pay-1' });
    expect(receiver.events[1]?.payload.summary).toHaveLength(1_024);
    expect(lines.join('')).toContain('needs an operator: REFUND_REFUSED');
    expect(lines.join('')).not.toContain(routingKey);
    await receiver.close();
  });

  it.each([
    [503, undefined],
    [500, undefined],
    [429, 60_000],
    [400, undefined],
  ])('that the receiver answers with %i is told again later', async (status, retryAfterMs) => {
    const receiver = await createAlertReceiver(1, status);
    const { send } = await senderFor({ url: receiver.url });
    const refused = await send(alert).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'ALERT_UNDELIVERED',
      retryable: true,
      options: retryAfterMs === undefined ? {} : { retryAfterMs },
    });
    expect((refused as Error).message).toContain(String(status));
    await send(alert);
    expect(receiver.events).toHaveLength(1);
    await receiver.close();
  });

  it('to a receiver that is away is told again later, and its address is not shown', async () => {
    const receiver = await createAlertReceiver(0);
    await receiver.close();
    const { send } = await senderFor({ url: `${receiver.url}?token=canary5ecret` });
    const refused = await send(alert).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'ALERT_UNDELIVERED', retryable: true });
    expect((refused as Error).message).not.toContain('canary5ecret');
  });

  it('is in the log where no receiver is configured', async () => {
    const { send, lines } = await senderFor(undefined);
    await send(alert);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 50, key: alert.key, code: alert.code });
  });
});

test('a routing key that is empty or not there keeps the worker from starting', async () => {
  writeFileSync(join(folder, 'empty.key'), '\n');
  const invalid = { code: 'CONFIG_INVALID' };
  await expect(senderFor({ routingKeyFile: 'empty.key' })).rejects.toMatchObject(invalid);
  await expect(senderFor({ routingKeyFile: 'nowhere.key' })).rejects.toMatchObject(invalid);
});

import { buildEditedBundle } from '../support/workflow/editedBundle';
import { findReplayFailures, readWebhookHistories } from '../support/workflow/replay';
import { productionBundlePath } from '../support/workflow/testServer';
import { webhookScenarios } from '../support/workflow/webhookScenarios';

/** Webhooks may be on their way for three days: the bundle of today must be able to go on with them. */

const histories = readWebhookHistories();

test('there is a history of every way, and each ends as its scenario says', () => {
  const endOf = (text: string) => (JSON.parse(text) as { events: { eventType: string }[] }).events.at(-1)?.eventType;
  const recorded = Object.fromEntries(histories.map(({ name, text }) => [name, endOf(text)]));
  expect(recorded).toEqual(Object.fromEntries(webhookScenarios.map(({ name, ends }) => [name, ends])));
});

test('the production bundle replays every one of them', async () => {
  expect(await findReplayFailures({ codePath: productionBundlePath() }, histories)).toEqual([]);
});

test('and a bundle that goes another way is caught', async () => {
  const code = await buildEditedBundle([
    {
      file: 'webhookWorkflow.ts',
      from: 'return deliverWebhook(request);',
      to: 'await sleep(10);\n  return deliverWebhook(request);',
    },
    { file: 'webhookWorkflow.ts', from: 'import { proxyActivities }', to: 'import { proxyActivities, sleep }' },
  ]);
  const failures = await findReplayFailures({ code }, histories);
  expect(failures.map(({ kind }) => kind)).toEqual(histories.map(() => 'determinism'));
});

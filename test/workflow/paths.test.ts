import { randomUUID } from 'node:crypto';
import { temporal } from '@temporalio/proto';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { mintTx, orderFor, refundTx } from '../support/workflow/fixtures';
import { createHarness, type Harness } from '../support/workflow/harness';
import { countEvents, playScenario, type Played } from '../support/workflow/scenario';
import { scenarios } from '../support/workflow/scenarios';

/** Every path of the saga, played on a real Temporal server with the production bundle. The activities are mocks. */

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const sound = scenarios.filter(({ knownBug }) => knownBug === undefined);
const broken = scenarios.filter(({ knownBug }) => knownBug !== undefined);

test.concurrent.each(sound)('$name: $tells', async (scenario) => {
  await expectPath(await playScenario(harness, scenario, `${scenario.name}-${randomUUID().slice(0, 8)}`));
});

if (broken.length > 0) {
  // Played to its end all the same: only what comes of it is wrong. When this fails the bug is gone, and so must be its mark.
  test.concurrent.each(broken)('KNOWN BUG $name: $knownBug', async (scenario) => {
    const played = await playScenario(harness, scenario, `${scenario.name}-${randomUUID().slice(0, 8)}`);
    await expect(expectPath(played)).rejects.toThrow('toEqual');
  });
}

test('every scenario has a name of its own that a file can bear', () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]{1,55}$/);
});

async function expectPath({ run, expected, ended, story, history }: Played): Promise<void> {
  expect(run.performance.steps).toEqual(expected.steps);
  expect(story).toEqual(expected.story);
  expect(brokenTasks(history)).toEqual([]);
  expect(countEvents(history, 'upsertWorkflowSearchAttributesEventAttributes')).toBe(expected.upserts);
  expect(ended.failure?.type ?? null).toBe(expected.errorCode ?? null);
  expect(ended.failure?.nonRetryable ?? null).toBe(expected.status === 'COMPLETED' ? null : true);
  if (expected.status === null) return;

  const { record } = ended;
  const order = orderFor(run.settlementId);
  const compensated = expected.compensated ?? false;
  expect(record).toMatchObject({
    settlementId: run.settlementId,
    status: expected.status,
    sourceChain: '31337',
    destinationChain: '31338',
    token: order.token,
    amount: order.amount,
    holder: order.holder,
    recipient: order.recipient,
    attempt: expected.attempt ?? 0,
    mintTxHash: expected.status === 'COMPLETED' ? mintTx : record.mintTxHash,
    refundTxHash: compensated ? refundTx : null,
    compensated,
    needsOperator: false,
    errorCode: expected.errorCode ?? null,
  });
  expect(record.errorMessage === null).toBe(expected.errorCode === undefined);
  expect(Date.parse(record.updatedAt)).toBeGreaterThanOrEqual(Date.parse(record.createdAt));
  await expectSearchable(run, expected.status);
}

/** Workflow tasks that the code itself broke; one that an event overtook is only done again. */
function brokenTasks({ events }: Played['history']): unknown[] {
  const overtaken = temporal.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND;
  const failures = (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) => (failed ? [failed] : []));
  return failures.filter(({ cause }) => cause !== overtaken);
}

/** What lists and searches show once it has ended, without a worker. */
async function expectSearchable({ handle }: Played['run'], status: string): Promise<void> {
  const { typedSearchAttributes } = await handle.describe();
  const get = (name: string) => typedSearchAttributes.get(defineSearchAttributeKey(name, SearchAttributeType.KEYWORD));
  expect(get('SettlementStatus')).toBe(status);
  const operator = defineSearchAttributeKey('SettlementNeedsOperator', SearchAttributeType.BOOL);
  expect(typedSearchAttributes.get(operator) ?? false).toBe(false);
}

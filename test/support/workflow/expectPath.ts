import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { mintTx, orderFor, refundTx } from './fixtures';
import { countEvents, type Played } from './scenario';

/** That a played scenario went its path: its steps, its story, its record, and what searches find of it. */
export async function expectPath({ run, expected, ended, story, history }: Played): Promise<void> {
  expect(run.performance.steps).toEqual(expected.steps);
  expect(story).toEqual(expected.story);
  expect(brokenTasks(history)).toEqual([]);
  const calls = callsIn(story);
  // The marker of each patch ('alert-operator', 'record-resolution') writes one of its own.
  const { resolutions } = run.performance;
  const patches = [calls, resolutions].filter(({ length }) => length > 0).length;
  const upserts = (expected.upserts ?? 0) + patches;
  expect(countEvents(history, 'upsertWorkflowSearchAttributesEventAttributes')).toBe(upserts);
  expectAlerts(run, calls);
  expect(ended.failure?.type ?? null).toBe(expected.errorCode ?? null);
  expect(ended.failure?.nonRetryable ?? null).toBe(expected.status === 'COMPLETED' ? null : true);
  const { record } = ended;
  expect(record?.status ?? null).toBe(expected.status);
  if (expected.status === null || record === null) return;

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
  if (expected.errorMessage !== undefined) expect(record.errorMessage).toBe(expected.errorMessage);
  expect(Date.parse(record.updatedAt)).toBeGreaterThanOrEqual(Date.parse(record.createdAt));
  expectSameOrderEverywhere(run, expected);
  await expectSearchable(run, expected.status);
}

function callsIn(story: Played['story']): readonly string[] {
  return story.flatMap((line) => /^needs an operator: (.*)$/.exec(line)?.[1] ?? []);
}

/** Whoever is on call hears of each reason, under one key, and at last that it is over. */
function expectAlerts({ settlementId, performance: { alerts } }: Played['run'], calls: readonly string[]): void {
  const triggers = alerts.filter(({ action }) => action === 'trigger').map(({ code }) => code);
  expect([...new Set(triggers)]).toEqual([...new Set(calls)]);
  expect(alerts.at(-1)?.action).toBe(calls.length > 0 ? 'resolve' : undefined);
  for (const { key, component } of alerts) {
    expect({ key, component }).toEqual({ key: `settlement/${settlementId}`, component: settlementId });
  }
}

/** Every step is about the order as it came in, and about the attempt that the burn read. */
function expectSameOrderEverywhere({ settlementId, performance }: Played['run'], expected: Played['expected']): void {
  const { attempt = 0, withholds = 0 } = expected;
  const order = orderFor(settlementId);
  for (const { step, request } of performance.calls) {
    expect(request).toMatchObject(step === 'burn' ? { order } : { order, attempt });
  }
  // Tries of one burn are asked alike; what is asked again after a cancel must begin nothing.
  const withheld = performance.requests('burn').filter(({ withhold }) => withhold === true);
  for (const request of withheld) expect(request).toMatchObject({ withhold: true });
  expect(withheld).toHaveLength(withholds);
}

/** Workflow tasks that the code itself broke; one that an event overtook is only done again. */
function brokenTasks({ events }: Played['history']): unknown[] {
  const overtaken = 1; // temporal.api.enums.v1.WorkflowTaskFailedCause: UNHANDLED_COMMAND
  const failures = (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) => (failed ? [failed] : []));
  return failures.filter(({ cause }) => Number(cause) !== overtaken);
}

/** What lists and searches show once it has ended, without a worker. */
async function expectSearchable({ handle }: Played['run'], status: string): Promise<void> {
  const { typedSearchAttributes } = await handle.describe();
  const get = (name: string) => typedSearchAttributes.get(defineSearchAttributeKey(name, SearchAttributeType.KEYWORD));
  expect(get('SettlementStatus')).toBe(status);
  const operator = defineSearchAttributeKey('SettlementNeedsOperator', SearchAttributeType.BOOL);
  expect(typedSearchAttributes.get(operator) ?? false).toBe(false);
}

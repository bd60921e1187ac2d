import { randomUUID } from 'node:crypto';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { startSettlement } from '../../src/client/startSettlement';
import { answers, held, refuses } from '../support/workflow/behaviours';
import { createClientContext, signedOrderFor } from '../support/workflow/clientContext';
import { burned, burnTx, minted, mintTx, refunded, tombstoned } from '../support/workflow/fixtures';
import { createHarness, type Harness } from '../support/workflow/harness';
import { readCurrentDetails, storyIn } from '../support/workflow/scenario';
import { startRun } from '../support/workflow/settlementRun';

/** What Temporal's own Web UI and CLI show of a settlement. The activities are mocks, the client's chains are fakes. */

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const newId = (): string => `ui-${randomUUID().slice(0, 12)}`;
const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const needsOperator = defineSearchAttributeKey('SettlementNeedsOperator', SearchAttributeType.BOOL);

test.concurrent('without a worker: amount, route, holder and recipient in words, and what searches find', async () => {
  const id = newId();
  const nobody = createClientContext({ client: harness.client, taskQueue: `${harness.taskQueue}-nobody` });
  const signed = await signedOrderFor(nobody, id);
  await startSettlement(nobody, signed);
  const { order } = signed;
  const handle = harness.client.workflow.getHandle(id);
  const description = await handle.describe();

  expect(await description.staticSummary()).toBe('12.5 SETL alder to birch');
  const details = (await description.staticDetails()) ?? '';
  for (const told of ['12.5 SETL', order.holder, order.recipient, '2100-01-01']) expect(details).toContain(told);
  expect(description.typedSearchAttributes.get(keyword('SettlementStatus'))).toBe('PROCESSING');
  expect(description.typedSearchAttributes.get(keyword('SettlementRoute'))).toBe('alder-birch');
  expect(description.typedSearchAttributes.get(keyword('SettlementHolder'))).toBe(order.holder);
  expect(description.typedSearchAttributes.get(keyword('SettlementRecipient'))).toBe(order.recipient);
  expect(description.memo?.fingerprint).toMatch(/^0x[0-9a-f]{64}$/);
  await handle.terminate('test');
});

test.concurrent('a raw start: the workflow itself says what searches find', async () => {
  const mint = held(answers(minted));
  const script = { burn: [answers(burned())], mint: [mint.behaviour] };
  const run = await startRun(harness, newId(), { script, raw: true });
  await mint.entered;
  const { typedSearchAttributes } = await run.handle.describe();
  expect(typedSearchAttributes.get(keyword('SettlementStatus'))).toBe('PROCESSING');
  expect(typedSearchAttributes.get(keyword('SettlementRoute'))).toBe('31337-31338');
  mint.release();
  await run.end();
});

test.concurrent('a worker tells each step with its time and transaction', async () => {
  const mint = held(answers(minted));
  const run = await startRun(harness, newId(), { script: { burn: [answers(burned())], mint: [mint.behaviour] } });
  await mint.entered;
  const running = await readCurrentDetails(run.handle);
  expect(running).toMatch(/^\*\*MINTING\*\*, attempt 0\n/);
  expect(running).toContain(`BURNED (${burnTx})`);
  expect(running).toMatch(/^- \d{4}-\d\d-\d\dT[0-9:.]+Z PROCESSING$/m);
  mint.release();
  await run.end();
  const ended = await readCurrentDetails(run.handle);
  expect(ended).toMatch(/^\*\*COMPLETED\*\*, attempt 0\n/);
  expect(ended).toContain(`MINTED (${mintTx})`);
});

test.concurrent('a search finds what needs an operator, and only as long as it does', async () => {
  const refund = held(answers(refunded));
  const run = await startRun(harness, newId(), {
    script: {
      burn: [answers(burned())],
      mint: [refuses('MINT_REFUSED')],
      cancelMint: [answers(tombstoned)],
      refund: [refuses('REFUND_REFUSED', 'mock: the holder is frozen'), refund.behaviour],
    },
  });
  const record = await run.untilRecord((now) => now.needsOperator);
  expect(record).toMatchObject({ status: 'COMPENSATING', errorCode: 'REFUND_REFUSED' });
  expect(record.errorMessage).toBe('mock: the holder is frozen');
  const during = (await run.handle.describe()).typedSearchAttributes;
  expect(during.get(needsOperator)).toBe(true);
  expect(during.get(keyword('SettlementStatus'))).toBe('COMPENSATING');

  await run.resolve({ action: 'refund', by: 'olga', evidence: 'ticket 17' });
  await refund.entered;
  refund.release();
  await run.end();
  const afterwards = (await run.handle.describe()).typedSearchAttributes;
  expect(afterwards.get(needsOperator)).toBe(false);
  expect(afterwards.get(keyword('SettlementStatus'))).toBe('FAILED');
});

test.concurrent('an operator who was called by the clock is let go as soon as the undo is through', async () => {
  const cancelMint = held(answers(tombstoned));
  const refund = held(answers(refunded));
  const run = await startRun(harness, newId(), {
    script: {
      burn: [answers(burned({ undoAlarmMs: 2_000 }))],
      mint: [refuses('MINT_REFUSED')],
      cancelMint: [cancelMint.behaviour],
      refund: [refund.behaviour],
    },
  });
  const called = await run.untilRecord((now) => now.needsOperator);
  expect(called).toMatchObject({ status: 'COMPENSATING', errorCode: 'OUTCOME_UNKNOWN' });
  expect(called.errorMessage).toContain("'cancel the mint' is not through after 2 s");
  cancelMint.release();
  await refund.entered;
  await run.untilRecord((now) => !now.needsOperator);
  refund.release();
  expect((await run.end()).record).toMatchObject({ status: 'FAILED', compensated: true, needsOperator: false });
});

test.concurrent('a settlement that is looked at a hundred times keeps a short page', async () => {
  const run = await startRun(harness, newId(), {
    script: { burn: [answers(burned())], mint: [refuses('BURN_VANISHED')] },
  });
  for (let look = 1; look <= 60; look += 1) {
    await run.performance.entered('mint', look);
    await run.untilRecord((now) => now.needsOperator);
    await run.resolve({ action: 'complete', by: 'olga', evidence: 'look again' });
  }
  const story = storyIn(await readCurrentDetails(run.handle));
  expect(story.length).toBeLessThanOrEqual(40);
  expect(story.slice(0, 3)).toEqual(['PROCESSING', 'BURNING', 'BURNED']);
  await run.handle.terminate('test');
});

test.concurrent('a happy settlement costs the server few events', async () => {
  const run = await startRun(harness, newId(), { script: { burn: [answers(burned())], mint: [answers(minted)] } });
  await run.end();
  const { events } = await run.handle.fetchHistory();
  console.info(`a happy settlement has ${events?.length ?? 0} events`);
  expect(events?.length).toBeLessThanOrEqual(25);
});

test.concurrent('activities are named in words', async () => {
  const run = await startRun(harness, newId(), { script: { burn: [answers(burned())], mint: [answers(minted)] } });
  await run.end();
  const { events } = await run.handle.fetchHistory();
  const summaries = (events ?? []).flatMap(({ userMetadata }) =>
    userMetadata?.summary?.data ? [userMetadata.summary.data] : [],
  );
  const texts = summaries.map((data) => JSON.parse(Buffer.from(data).toString()) as string);
  expect(texts).toEqual([
    'burn on the source chain, wait until final',
    'mint on the destination chain, wait until final',
  ]);
});

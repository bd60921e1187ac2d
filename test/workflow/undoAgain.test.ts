import { randomUUID } from 'node:crypto';
import { answers, refuses } from '../support/workflow/behaviours';
import { buildEditedBundle } from '../support/workflow/editedBundle';
import { burned, mintStands, minted, refunded, tombstoned } from '../support/workflow/fixtures';
import { createHarness, type Harness } from '../support/workflow/harness';
import { readCurrentDetails, storyIn } from '../support/workflow/scenario';
import { startRun } from '../support/workflow/settlementRun';

/**
 * An undo that was refused for good is tried again by itself, after waits that grow. Minutes and days are too long for a test: it
 * runs the production sources with these two waits cut short. The activities are mocks.
 */

let harness: Harness;
beforeAll(async () => {
  const shortWaits = [
    { file: 'saga.ts', from: 'first: 10 * 60_000', to: 'first: 100' },
    { file: 'saga.ts', from: 'longest: 24 * 3_600_000', to: 'longest: 400' },
  ];
  harness = await createHarness({ bundleCode: await buildEditedBundle(shortWaits) });
});
afterAll(() => harness.close());

const newId = (): string => `again-${randomUUID().slice(0, 12)}`;

test.concurrent('a refund is tried again until it is had, with the operator called once', async () => {
  const refused = refuses('REFUND_REFUSED');
  const run = await startRun(harness, newId(), {
    script: {
      burn: [answers(burned())],
      mint: [refuses('MINT_REFUSED')],
      cancelMint: [answers(tombstoned)],
      refund: [refused, refused, refused, answers(refunded)],
    },
  });
  const { record } = await run.end();
  expect(record).toMatchObject({
    status: 'FAILED',
    errorCode: 'MINT_REFUSED',
    compensated: true,
    needsOperator: false,
  });
  expect(run.performance.steps).toEqual(['burn', 'mint', 'cancelMint', 'refund', 'refund', 'refund', 'refund']);
  const calls = storyIn(await readCurrentDetails(run.handle)).filter((line) => line.startsWith('needs an operator'));
  expect(calls).toHaveLength(3);
  const { events } = await run.handle.fetchHistory();
  const upserts = events?.filter((event) => event.upsertWorkflowSearchAttributesEventAttributes) ?? [];
  expect(upserts).toHaveLength(5); // COMPENSATING, operator called, the alert's patch, operator let go, FAILED
  expect(run.performance.alerts.map(({ action, code }) => `${action} ${code}`)).toEqual([
    'trigger REFUND_REFUSED',
    'resolve REFUND_REFUSED',
  ]);
});

test.concurrent('a tombstone is tried again, and nothing is refunded before there is one', async () => {
  const refused = refuses('CONTRADICTION');
  const run = await startRun(harness, newId(), {
    script: {
      burn: [answers(burned())],
      mint: [refuses('MINT_REFUSED'), answers(minted)],
      cancelMint: [refused, refused, answers(mintStands)],
      refund: [answers(refunded)],
    },
  });
  expect((await run.end()).record).toMatchObject({ status: 'COMPLETED', refundTxHash: null, needsOperator: false });
  expect(run.performance.steps).toEqual(['burn', 'mint', 'cancelMint', 'cancelMint', 'cancelMint', 'mint']);
});

test.concurrent(
  'a settlement that stays refused costs few events a turn, and the turns grow rarer up to a bound',
  async () => {
    const turns = 5;
    const run = await startRun(harness, newId(), {
      script: {
        burn: [answers(burned())],
        mint: [refuses('MINT_REFUSED')],
        cancelMint: [answers(tombstoned)],
        refund: [refuses('REFUND_REFUSED')],
      },
    });
    await run.performance.entered('refund', 2);
    const early = (await run.handle.fetchHistory()).events?.length ?? 0;
    await run.performance.entered('refund', 2 + turns);
    const { events = [] } = await run.handle.fetchHistory();
    const late = events?.length ?? 0;
    const timersMs = (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
      timer ? [Number(timer.startToFireTimeout?.seconds) * 1_000 + (timer.startToFireTimeout?.nanos ?? 0) / 1e6] : [],
    );
    expect(timersMs.filter((ms) => ms <= 400).slice(0, 6)).toEqual([100, 200, 400, 400, 400, 400]);
    const perTurn = (late - early) / turns;
    console.info(
      `a refused undo costs ${perTurn.toFixed(1)} events a turn: ${Math.round(51_200 / perTurn / 365)} years to Temporal's limit at one a day`,
    );
    expect(perTurn).toBeLessThanOrEqual(14);
    await run.handle.terminate('test');
  },
);

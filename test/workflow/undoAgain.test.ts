import { randomUUID } from 'node:crypto';
import { answers, refuses } from '../support/workflow/behaviours';
import { buildEditedBundle } from '../support/workflow/editedBundle';
import { burned, mintStands, minted, refunded, tombstoned } from '../support/workflow/fixtures';
import { createHarness, type Harness } from '../support/workflow/harness';
import { readCurrentDetails, storyIn } from '../support/workflow/scenario';
import { startRun } from '../support/workflow/settlementRun';

/**
 * An undo that was refused for good is tried again by itself. Ten minutes are too long for a test: it runs the production
 * sources with this one wait cut short. The activities are mocks.
 */

let harness: Harness;
beforeAll(async () => {
  const shortWait = { file: 'saga.ts', from: 'undoAgainAfterMs = 10 * 60_000', to: 'undoAgainAfterMs = 100' };
  harness = await createHarness({ bundleCode: await buildEditedBundle([shortWait]) });
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
  expect(upserts).toHaveLength(4); // COMPENSATING, operator called, operator let go, FAILED
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

test.concurrent('a settlement that stays refused costs few events a turn', async () => {
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
  const late = (await run.handle.fetchHistory()).events?.length ?? 0;
  const perTurn = (late - early) / turns;
  console.info(
    `a refused undo costs ${perTurn.toFixed(1)} events a turn: ${Math.round(51_200 / perTurn / 144)} days to Temporal's limit`,
  );
  expect(perTurn).toBeLessThanOrEqual(14);
  await run.handle.terminate('test');
});

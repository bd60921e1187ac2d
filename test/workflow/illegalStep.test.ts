import { randomUUID } from 'node:crypto';
import { answers } from '../support/workflow/behaviours';
import { buildEditedBundle } from '../support/workflow/editedBundle';
import { burned, minted, refunded, tombstoned } from '../support/workflow/fixtures';
import { createHarness, type Harness } from '../support/workflow/harness';
import { startRun } from '../support/workflow/settlementRun';

/**
 * No path of the saga takes a step that its table of statuses does not have. Should an edit ever make one, it is refused where it
 * is taken, and the holder gets the tokens back like after any other failure. The activities are mocks.
 */

let harness: Harness;
beforeAll(async () => {
  const illegal = {
    file: 'settlementWorkflow.ts',
    from: "settlement.advance('MINTING');",
    to: "settlement.advance('COMPLETED');",
  };
  harness = await createHarness({ bundleCode: await buildEditedBundle([illegal]) });
});
afterAll(() => harness.close());

test('an illegal step is not taken, and is told as the bug that it is', async () => {
  const run = await startRun(harness, `illegal-${randomUUID().slice(0, 8)}`, {
    script: {
      burn: [answers(burned())],
      mint: [answers(minted)],
      cancelMint: [answers(tombstoned)],
      refund: [answers(refunded)],
    },
  });
  const { record } = await run.end();
  expect(record).toMatchObject({ status: 'FAILED', errorCode: 'INTERNAL', compensated: true });
  expect(record?.errorMessage).toContain('illegal transition BURNED -> COMPLETED');
  expect(run.performance.steps).toEqual(['burn', 'cancelMint', 'refund']);
});

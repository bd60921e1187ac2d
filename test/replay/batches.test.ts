import { batchRunIdOf } from '../../src/domain/batch';
import { batchScenarios } from '../support/workflow/batchScenarios';
import { buildEditedBundle } from '../support/workflow/editedBundle';
import { findReplayFailures, readBatchHistories } from '../support/workflow/replay';
import { productionBundlePath } from '../support/workflow/testServer';

/** A batch may be under way for hours: the bundle of today must be able to go on with it. */

const histories = readBatchHistories();

test('there is a history of every way, and each ends as its scenario says', () => {
  const endOf = (text: string) => (JSON.parse(text) as { events: { eventType: string }[] }).events.at(-1)?.eventType;
  const recorded = Object.fromEntries(histories.map(({ name, text }) => [name, endOf(text)]));
  const ends = batchScenarios.map(({ name, ends: end }) => [
    batchRunIdOf(name),
    `EVENT_TYPE_WORKFLOW_EXECUTION_${typeof end === 'string' ? 'FAILED' : 'COMPLETED'}`,
  ]);
  expect(recorded).toEqual(Object.fromEntries(ends));
});

test('the production bundle replays every one of them', async () => {
  expect(await findReplayFailures({ codePath: productionBundlePath() }, histories)).toEqual([]);
});

test('and a bundle that goes another way is caught', async () => {
  const code = await buildEditedBundle([
    {
      file: 'batchSettlementWorkflow.ts',
      from: '    const burn = await burnBatch(',
      to: '    await sleep(1);\n    const burn = await burnBatch(',
    },
    { file: 'batchSettlementWorkflow.ts', from: '  setHandler,\n', to: '  setHandler,\n  sleep,\n' },
  ]);
  const failures = await findReplayFailures({ code }, histories);
  const found = failures.filter(({ kind }) => kind === 'determinism').map(({ name }) => name);
  expect(found.sort()).toEqual(['all-go-straight', 'cancelled', 'some-are-kept-back', 'some-leave'].map(batchRunIdOf));
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { textOfHistory } from '../chaos/checkers/readHistories';
import { replayHistories } from '../chaos/checkers/replayHistories';
import { buildEditedBundle } from '../support/workflow/editedBundle';
import { readHistories } from '../support/workflow/replay';
import { productionBundlePath } from '../support/workflow/testServer';

/** What the chaos judges do with the histories of a run (I13, I14), on the recorded ones. */

const histories = readHistories().map(({ name, text }) => ({
  ...{ workflowId: name, runId: 'recorded', isClosed: true },
  history: historyFromJSON(JSON.parse(text)),
}));

test('the production bundle replays them all', async () => {
  const facts = await replayHistories(productionBundlePath(), histories, histories.length);
  expect(facts).toEqual({ failures: [], count: histories.length, of: histories.length });
});

test('a bundle with one more activity is found out, by the ids it cannot follow', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-replays-'));
  try {
    const bundle = join(folder, 'bundle.js');
    const from = "settlement.advance('MINTING');";
    const edit = { file: 'settlementWorkflow.ts', from, to: `${from}\n  await cancelMint(attempt);` };
    writeFileSync(bundle, await buildEditedBundle([edit]));
    const { failures } = await replayHistories(bundle, histories, histories.length);
    expect(failures.map(({ workflowId }) => workflowId)).toContain('completes');
    expect(failures.map(({ workflowId }) => workflowId)).not.toContain('burn-refused');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a history as text shows what its payloads say', () => {
  const [completes] = histories.filter(({ workflowId }) => workflowId === 'completes');
  expect(textOfHistory(completes?.history ?? {})).toContain('"settlementId":"completes"');
});

import { randomUUID } from 'node:crypto';
import { createHarness, type Harness } from '../support/workflow/harness';
import { playScenario } from '../support/workflow/scenario';
import { scenarios } from '../support/workflow/scenarios';

/** A worker that forgets each run after each task: every task replays all that went before it, and comes to the same end. */

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness({ worker: { maxCachedWorkflows: 0 } });
});
afterAll(() => harness.close());

test.concurrent.each(scenarios)('$name', async (scenario) => {
  const id = `${scenario.name.slice(0, 44)}-uncached-${randomUUID().slice(0, 8)}`;
  const { run, expected, ended, story } = await playScenario(harness, scenario, id);
  expect(run.performance.steps).toEqual(expected.steps);
  expect(story).toEqual(expected.story);
  expect(ended.failure?.type).toBe(expected.errorCode);
  expect(ended.record?.status ?? null).toBe(expected.status);
});

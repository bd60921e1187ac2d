import { randomUUID } from 'node:crypto';
import { expectPath } from '../support/workflow/expectPath';
import { createHarness, type Harness } from '../support/workflow/harness';
import { playScenario } from '../support/workflow/scenario';
import { scenarios } from '../support/workflow/scenarios';

/** Every path of the saga, played on a real Temporal server with the production bundle. The activities are mocks. */

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

test.concurrent.each(scenarios)('$name: $tells', async (scenario) => {
  await expectPath(await playScenario(harness, scenario, `${scenario.name}-${randomUUID().slice(0, 8)}`));
});

test('every scenario has a name of its own that a file can bear', () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]{1,55}$/);
});

import { batchScenarios, type BatchScenario } from '../support/workflow/batchScenarios';
import { playBatch } from '../support/workflow/playBatch';

/** How a batch goes through its chunks, on a real Temporal server; what the activities answer is made up here. */

const named = (name: string): BatchScenario => {
  const scenario = batchScenarios.find((one) => one.name === name);
  if (!scenario) throw new Error(`no scenario ${name}`);
  return scenario;
};

test.each(batchScenarios)('$name: ends as it should', async (scenario) => {
  const { ended } = await playBatch(scenario);
  if (typeof scenario.ends === 'string') expect(ended).toBe(scenario.ends);
  else expect(ended).toMatchObject(scenario.ends);
});

test('every order is in exactly one chunk, and each chunk is burned before it is minted', async () => {
  const { calls } = await playBatch(named('all-go-straight'));
  expect([...calls.burned].sort()).toEqual(['0-200', '200-400', '400-450']);
  expect([...calls.minted].sort()).toEqual([...calls.burned].sort());
});

test('who leaves is told with all that left, from the burn and from the mint', async () => {
  const { calls } = await playBatch(named('some-leave'));
  expect(calls.left).toEqual([1, 3]);
});

test('who is kept back holds up nobody: the others are minted, and leave, before it is asked for again', async () => {
  const { calls } = await playBatch(named('some-are-kept-back'));
  expect(calls.burned).toEqual(['not ', 'not 1']);
  expect(calls.minted).toEqual(['not 1,2,3', 'not 1']);
  expect(calls.left).toEqual([1, 4]);
});

test('a batch longer than one run goes on in the next, and looks at every order once', async () => {
  const size = 200 * 300 + 500;
  const { calls, ended, history } = await playBatch({ ...named('all-go-straight'), size });
  expect(ended).toMatchObject({ size, next: size, burned: size, completed: size });
  expect(calls.burned).toHaveLength(303);
  expect(new Set(calls.burned).size).toBe(303);
  expect(history.events?.length).toBeLessThan(100); // of the second run
});

import { unmeantExits, type OwnExit } from '../../chaos/unmeantExits';

const exit = (change: Partial<OwnExit> = {}): OwnExit => ({
  ...{ name: 'worker-0', polled: false, startedAtMs: 1_000, endedAtMs: 2_000, how: 'exit code 75' },
  ...change,
});

test('a worker that gives up at its start is explained by a fault that was on while it started', () => {
  for (const span of [
    { fromMs: 0, toMs: 1_000 },
    { fromMs: 1_500, toMs: 1_600 },
    { fromMs: 2_000, toMs: 9_000 },
  ]) {
    expect(unmeantExits([exit()], [span])).toEqual([]);
  }
});

test('by nothing else: a fault before or after, or none', () => {
  const told = ['worker-0 ended by itself at its start: exit code 75'];
  expect(unmeantExits([exit()], [])).toEqual(told);
  expect(unmeantExits([exit()], [{ fromMs: 0, toMs: 999 }])).toEqual(told);
  expect(unmeantExits([exit()], [{ fromMs: 2_001, toMs: 9_000 }])).toEqual(told);
});

test('one that polled is never explained', () => {
  const told = ['worker-0 ended by itself while it polled: exit code 75'];
  expect(unmeantExits([exit({ polled: true })], [{ fromMs: 0, toMs: 9_000 }])).toEqual(told);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutants } from '.';
import { projectRoot } from '../../../src/local/projectRoot';
import { checkers } from '../checkers';
import { trials } from '../trials';
import { createCompiler } from './createCompiler';
import { editText } from './editText';
import { families } from './mutant';

const others = ['reconciliation', 'trial', 'worker'];

test.each(mutants)('$family: "$name" still fits the source', (mutant) => {
  expect(mutant.edits.length).toBeGreaterThan(0);
  expect(editText(projectRoot(), mutant).size).toBeGreaterThan(0);
});

test('each has a name of its own, a trial that there is, and judges that there are', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  const judges = new Set([...checkers.map(({ invariant }) => invariant), ...others]);
  const names = new Set(trials.map(({ name }) => name));
  for (const { name, trial, seenBy } of mutants) {
    expect({ name, trial: names.has(trial) }).toEqual({ name, trial: true });
    expect({ name, unknown: seenBy.filter((by) => !judges.has(by)), none: seenBy.length === 0 }).toEqual({
      name,
      unknown: [],
      none: false,
    });
  }
});

test('a file is compiled as the build does it, without its failpoints', () => {
  const file = 'src/reconciliation/adoptOrphans.ts';
  expect(readFileSync(join(projectRoot(), file), 'utf8')).toContain('failpoint(');
  expect(createCompiler(projectRoot()).compile(file)).not.toContain('failpoint');
}, 60_000);

test('every family has at least four', () => {
  for (const family of families) {
    const count = mutants.filter((mutant) => mutant.family === family).length;
    expect({ family, isEnough: count >= 4 }).toEqual({ family, isEnough: true });
  }
  expect(mutants.length).toBeGreaterThanOrEqual(24);
});

const sound = mutants[0] as (typeof mutants)[0];

test.each([
  ['text that is not there', 'src/config.ts', 'no such text anywhere', /stale: its text stands 0 times/],
  ['text that stands twice', 'src/config.ts', 'import ', /stale: its text stands \d+ times/],
  ['a change of the judges', 'test/chaos/judge.ts', 'readWorld', /only the source may be changed/],
])('%s is an error', (_, file, find, says) => {
  const stale = { ...sound, edits: [{ file, find, replace: '' }] };
  expect(() => editText(projectRoot(), stale)).toThrow(says);
});

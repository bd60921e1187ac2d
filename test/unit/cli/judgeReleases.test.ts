import { judgeReleases } from '../../../src/cli/doctor/judgeReleases';

const release = (buildId: string, percent: number | null, workers: number, openRuns: number) => ({
  ...{ buildId, percent, workers, openRuns },
});
const health = (...releases: ReturnType<typeof release>[]) =>
  judgeReleases('settlements', releases).map(({ health: how, check }) => `${how}: ${check}`);

describe('what the doctor says of releases', () => {
  test('a build that takes new settlements and has workers is well, and so is an old one that is worked for', () => {
    expect(health(release('b', 100, 2, 5), release('a', null, 1, 3))).toEqual(['ok: releases of settlements']);
    expect(health(release('b', 10, 1, 0), release('a', 90, 2, 9))).toEqual(['ok: releases of settlements']);
    expect(health(release('b', 100, 2, 5), release('a', null, 0, 0))).toEqual(['ok: releases of settlements']);
  });

  test('nobody to take new settlements is a failure', () => {
    expect(health()).toEqual(['failure: releases of settlements']);
    expect(health(release('a', null, 2, 0))).toEqual(['failure: releases of settlements']);
    expect(health(release('b', 10, 0, 0), release('a', 90, 2, 0))).toEqual(['failure: releases of settlements']);
  });

  test('runs of a build that has no workers are named', () => {
    expect(health(release('b', 100, 2, 5), release('a', null, 0, 3))).toEqual([
      'ok: releases of settlements',
      'failure: release a',
    ]);
  });
});

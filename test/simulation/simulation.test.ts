import { bugs } from './bugs';
import { faultNames, type FaultName } from './faults';
import { replay } from './runSimulate';
import { runSeeds } from './runSeeds';
import { simulate } from './simulate';

/** `npm run simulate` runs thousands; this many fit between the other tests. */
const seeds = 120;

/** What 10,000 seeds have and so few need not. */
const rare: readonly FaultName[] = [
  ...(['burnReorged', 'mintReorged', 'refundReorged', 'tombstoneReorged', 'transactionReplaced'] as const),
  ...(['wordRetry', 'wordRefund', 'wordComplete', 'heldByEpoch', 'begunAgainAfterRestore'] as const),
];

/** Where a mistake that takes long to be found is looked for: a little before the seed that finds it. */
const firstSeeds: Readonly<Record<string, number>> = {
  'the attempt is counted instead of read': 70,
  'the mark "no mint" does not keep a mint from being journaled': 255,
};

describe('a simulated settlement', () => {
  it(`keeps every invariant through ${seeds} seeds, and every fault has its turn`, async () => {
    const { violated, faults } = await runSeeds({ first: 0, seeds });
    const told = violated.flatMap(({ seed, violations }) => [...violations, replay(seed)]);
    expect(told).toEqual([]);
    const absent = faultNames.filter((name) => faults[name] === 0 && !rare.includes(name));
    expect(absent).toEqual([]);
  });

  it('is the same whenever its seed is', async () => {
    const first = await simulate(25);
    expect(first.timeline.length).toBeGreaterThan(10);
    expect(await simulate(25)).toEqual(first);
    expect((await simulate(26)).timeline).not.toEqual(first.timeline);
  });
});

describe('a mistake that somebody could make', () => {
  it.each(bugs.map((bug) => [bug.name, bug] as const))('is found: %s', async (_, bug) => {
    const first = firstSeeds[bug.name] ?? 0;
    const { violated } = await runSeeds({ first, seeds: 400, bug, mostViolated: 1 });
    expect(violated).toHaveLength(1);
  });
});

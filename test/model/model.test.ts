import { checkDrop, checkWhole } from './check';
import { keyOf, stateOfKey } from './codec';
import { configurationOf, configurations } from './configurations';
import { drops } from './drops';
import { explore } from './explore';
import { allRules, ruleNames } from './rules';

const quick = configurations.filter(({ isQuick }) => isQuick);

describe('one settlement, over all interleavings', () => {
  it.each(quick)('with all rules on nothing breaks, and there is a way to the end: $name', (configuration) => {
    const { problem, trace, states, depth, seconds, waiting } = checkWhole(configuration);
    expect({ problem, trace }).toEqual({ problem: '', trace: [] });
    console.info(
      `${configuration.name}: ${states} states, depth ${depth}, ${seconds.toFixed(1)} s, waiting ${waiting ?? '-'}`,
    );
  });

  it.each(drops.map((drop) => ({ ...drop, name: drop.rules.join(' and ') })))(
    'without $name something breaks ($foundIn)',
    (drop) => {
      const { invariant, trace } = checkDrop(drop);
      expect(invariant).toMatch(/^(I\d+: |FAILED, and |COMPLETED, and )/);
      // Found again step by step, from the first state on, and by nothing trivial.
      expect(trace.length).toBeGreaterThanOrEqual(4);
      expect(trace.filter((step) => step.includes('cannot be found again'))).toEqual([]);
    },
  );

  it('drops every rule there is', () => {
    expect([...new Set(drops.flatMap(({ rules }) => rules))].sort()).toEqual([...ruleNames].sort());
  });
});

describe('the model itself', () => {
  const { bounds } = configurationOf('zombie');

  it('is red when it explores too little', () => {
    const small = { ...bounds, hasZombie: false, hasReorgs: false, copies: 1 };
    const { problem } = checkWhole({ name: 'small', bounds: small, ends: 'alone', isQuick: true, leastStates: 10_000 });
    expect(problem).toMatch(/^only \d+ states/);
  });

  it('is red when there is no way to the end', () => {
    // After a restore a run may be ahead of its row; here nobody can terminate it, and the order never runs out.
    const held = { ...bounds, hasZombie: false, hasReorgs: false, copies: 1, hasRestore: true };
    const { problem, trace } = checkWhole({ name: 'held', bounds: held, ends: 'asked', isQuick: true, leastStates: 1 });
    expect(problem).toMatch(/states have no way to the end$/);
    expect(trace).toContain('the ledger is lost and restored');
  });

  it('reads every state back from its key', () => {
    const everything = {
      ...configurationOf('restore').bounds,
      hasZombie: true,
      hasRevocation: true,
      suffix: 2,
      attempts: 2,
    } as const;
    const judged = { rules: allRules, bounds: everything, mostStates: 60_000, keepsEdges: false, judgesFence: true };
    const { graph } = explore(judged);
    for (let at = 0; at < graph.size; at += 1) {
      const key = graph.keyAt(at);
      if (keyOf(stateOfKey(key)) !== key) throw new Error(`state ${at} is another when it is read back`);
    }
    expect(graph.size).toBeGreaterThan(50_000);
  });
});

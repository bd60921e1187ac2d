import { chainCheckers } from '../chaos/checkers';
import { readChain } from '../chaos/checkers/readChain';
import type { Applied, CheckedChain, World } from '../chaos/checkers/world';

/**
 * Holds the chains, and nothing but the chains, against what they alone can tell of the fault model's invariants (I1 to I6),
 * at any moment. Returns every operation that was applied; throws with what was found.
 */
export async function checkInvariants(chains: readonly CheckedChain[]): Promise<readonly Applied[]> {
  const world: World = {
    chains: await Promise.all(chains.map(readChain)),
    ...{
      ledger: null,
      runs: null,
      starts: [],
      forgottenIds: new Set(),
      laneSigners: [],
      leaseSamples: [],
      headSamples: [],
    },
    // Each test has its own finality, and some take blocks back; what was final is theirs to say.
    confirmations: null,
  };
  const broken = chainCheckers.flatMap(({ invariant, check }) =>
    check(world).map((finding) => `${invariant}: ${finding}`),
  );
  if (broken.length > 0) throw new Error(`invariants broken:\n${broken.join('\n')}`);
  return world.chains.flatMap(({ applied }) => applied);
}

import { chainCheckers } from '../chaos/checkers';
import { readChain } from '../chaos/checkers/readChain';
import { readLedger } from '../chaos/checkers/readLedger';
import type { Applied, CheckedChain, World } from '../chaos/checkers/world';

/**
 * Holds the chains against what they can tell of the fault model's invariants (I1 to I6), at any moment. Returns every operation that was applied; throws with what was found.
 */
export async function checkInvariants(
  chains: readonly CheckedChain[],
  databaseUrl: string,
): Promise<readonly Applied[]> {
  const world: World = {
    chains: await Promise.all(chains.map(readChain)),
    // Only for its marks that no mint will be sent: they are proof 2 of a refund.
    ledger: await readLedger(databaseUrl),
    ...{
      runs: null,
      starts: [],
      forgottenIds: new Set(),
      rerunIds: new Set(),
      foreignHashes: new Set(),
      laneSigners: [],
      leaseSamples: [],
      headSamples: [],
      toldSamples: [],
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

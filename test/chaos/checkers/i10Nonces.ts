import { groupBy, type ChainChecker } from './checker';
import type { ChainFacts } from './world';

export const i10Nonces: ChainChecker = {
  invariant: 'I10 nonces',
  says: 'no nonce of a lane is missing, none is canonical twice',
  check: ({ chains, laneSigners }) => chains.flatMap((chain) => findings(chain, new Set(laneSigners))),
};

function findings({ chain, transactions }: ChainFacts, laneSigners: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const ofLanes = transactions.filter(({ from }) => laneSigners.has(from));
  for (const [signer, sent] of groupBy(ofLanes, ({ from }) => from)) {
    sent.forEach(({ nonce, hash }, at) => {
      const expected = at === 0 ? 0 : (sent[at - 1]?.nonce ?? 0) + 1;
      if (nonce < expected) found.push(`${chain.name} ${signer}: nonce ${nonce} is canonical twice (${hash})`);
      if (nonce > expected) found.push(`${chain.name} ${signer}: nonces ${expected} to ${nonce - 1} are missing`);
    });
  }
  return found;
}

import type { ChainChecker } from './checker';
import { attemptsOf, settlementsOf, type SettlementOperations } from './settlements';

export const i4NeverBoth: ChainChecker = {
  invariant: 'I4',
  says: 'never minted (and not reversed) and refunded in one attempt',
  check: (world) => settlementsOf(world).flatMap(findings),
};

function findings(settlement: SettlementOperations): string[] {
  const stands = (attempt: number): boolean =>
    settlement.of('Mint', attempt).length > settlement.of('ReverseMint', attempt).length;
  return attemptsOf(settlement)
    .filter((attempt) => stands(attempt) && settlement.of('Refund', attempt).length > 0)
    .map((attempt) => `${settlement.name} attempt ${attempt}: minted and refunded`);
}

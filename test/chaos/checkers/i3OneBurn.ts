import type { ChainChecker } from './checker';
import { attemptsOf, settlementsOf, type SettlementOperations } from './settlements';

export const i3OneBurn: ChainChecker = {
  invariant: 'I3',
  says: 'at most one burn and one refund an attempt, no refund without its burn, attempts without a gap',
  check: (world) => settlementsOf(world).flatMap(findings),
};

function findings(settlement: SettlementOperations): string[] {
  const found: string[] = [];
  for (const attempt of attemptsOf(settlement)) {
    const [burns, refunds] = [settlement.of('Burn', attempt), settlement.of('Refund', attempt)];
    const where = `${settlement.name} attempt ${attempt}`;
    if (burns.length > 1) found.push(`${where}: burned ${burns.length} times`);
    if (refunds.length > 1) found.push(`${where}: refunded ${refunds.length} times`);
    const [burn, refund] = [burns[0], refunds[0]];
    if (refund && !(burn && burn.position < refund.position)) found.push(`${where}: refunded without a burn before it`);
    const before = attempt === 0 ? undefined : settlement.of('Refund', attempt - 1)[0];
    if (burn && attempt > 0 && !(before && before.position < burn.position)) {
      found.push(`${where}: burned again before attempt ${attempt - 1} was refunded`);
    }
  }
  return found;
}

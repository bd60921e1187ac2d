import type { ChainChecker } from './checker';
import { settlementsOf, type SettlementOperations } from './settlements';

export const i2OneMint: ChainChecker = {
  invariant: 'I2',
  says: 'at most one mint an id, none of an attempt under a tombstone, none without a burn',
  check: (world) => settlementsOf(world).flatMap(findings),
};

function findings(settlement: SettlementOperations): string[] {
  const mints = settlement.of('Mint');
  const [mint] = mints;
  const found = mints.length > 1 ? [`${settlement.name}: minted ${mints.length} times`] : [];
  if (!mint) return found;
  for (const tombstone of settlement.of('CancelMint')) {
    // A slot that was minted can be reversed, never cancelled; and a tombstone holds for every attempt up to its own.
    if (tombstone.position > mint.position || tombstone.attempt >= mint.attempt) {
      found.push(`${settlement.name}: minted attempt ${mint.attempt} with a tombstone of attempt ${tombstone.attempt}`);
    }
  }
  for (const { attempt } of mints) {
    if (settlement.of('Burn', attempt).length === 0)
      found.push(`${settlement.name}: minted without a burn, attempt ${attempt}`);
  }
  return found;
}

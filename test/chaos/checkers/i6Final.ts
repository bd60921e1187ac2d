import type { ChainChecker } from './checker';
import { settlementsOf, type SettlementOperations } from './settlements';
import type { Applied, ChainFacts, World } from './world';

export const i6Final: ChainChecker = {
  invariant: 'I6',
  says: 'no mint before its burn is final; no refund without a proof that no mint of the attempt can land',
  check: (world) =>
    settlementsOf(world).flatMap((settlement) => [
      ...settlement.of('Mint').flatMap((mint) => mintFindings(world, settlement, mint)),
      ...settlement.of('Refund').flatMap((refund) => refundFindings(world, settlement, refund)),
    ]),
};

/** All chains of a run keep one machine's clock, in whole seconds: a block that made the burn final is not younger than the mint. */
function mintFindings(world: World, settlement: SettlementOperations, mint: Applied): string[] {
  const [burn] = settlement.of('Burn', mint.attempt);
  const chain = burn && chainOf(world, burn.chainId);
  if (!chain || world.confirmations === null) return []; // a mint without a burn is I2's
  const finalizing = chain.blocks[burn.blockNumber + world.confirmations - 1];
  if (finalizing && finalizing.timestampSeconds <= mint.timestampSeconds) return [];
  return [`${settlement.name} attempt ${mint.attempt}: minted at ${mint.timestampSeconds}, before the burn was final`];
}

function refundFindings(world: World, settlement: SettlementOperations, refund: Applied): string[] {
  const { attempt, timestampSeconds, order } = refund;
  const isBefore = (one: Applied): boolean => one.timestampSeconds <= timestampSeconds;
  const tombstoned =
    settlement.of('CancelMint').some((one) => one.attempt >= attempt && isBefore(one)) ||
    settlement.of('ReverseMint').some(isBefore);
  const marked = world.ledger?.attempts.some(
    (row) =>
      row.settlementId === order?.settlementId && row.attempt === attempt && row.noMintMark && !row.mintJournaled,
  );
  // Strictly, a *final* block of the destination: this is the weaker half that the chains can show afterwards.
  const expired =
    order !== null &&
    chainOf(world, Number(order.destinationChainId))?.blocks.some(
      (block) => block.timestampSeconds <= timestampSeconds && BigInt(block.timestampSeconds) >= order.validBefore,
    );
  if (tombstoned || marked || expired) return [];
  return [`${settlement.name} attempt ${attempt}: refunded, and nothing proves that no mint could land`];
}

function chainOf({ chains }: World, chainId: number): ChainFacts | undefined {
  return chains.find(({ chain }) => chain.chainId === chainId);
}

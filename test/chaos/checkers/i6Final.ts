import type { ChainChecker } from './checker';
import { settlementsOf, type SettlementOperations } from './settlements';
import type { Applied, World } from './world';

/** A place on a chain: it is reached when the chain's head is there or past it. */
interface Place {
  readonly chainId: number;
  readonly block: number;
}

export const i6Final: ChainChecker = {
  invariant: 'I6',
  says: 'no mint before its burn is final; no refund without a proof that no mint of the attempt can land',
  check: (world) =>
    settlementsOf(world).flatMap((settlement) => [
      ...settlement.of('Mint').flatMap((mint) => mintFindings(world, settlement, mint)),
      ...settlement.of('Refund').flatMap((refund) => refundFindings(world, settlement, refund)),
    ]),
};

function mintFindings(world: World, settlement: SettlementOperations, mint: Applied): string[] {
  const [burn] = settlement.of('Burn', mint.attempt);
  if (!burn || !stoodWithout(world, placeOf(mint), finalityOf(world, burn))) return []; // without a burn: I2's to say
  return [`${settlement.name} attempt ${mint.attempt}: the mint stood while its burn was not final`];
}

function refundFindings(world: World, settlement: SettlementOperations, refund: Applied): string[] {
  const { attempt, order } = refund;
  const inTime = (place: Place): boolean => !stoodWithout(world, placeOf(refund), place);
  const tombstones = [
    ...settlement.of('CancelMint').filter((one) => one.attempt >= attempt),
    ...settlement.of('ReverseMint'),
  ];
  const marked = world.ledger?.attempts.some(
    (row) =>
      row.settlementId === order?.settlementId && row.attempt === attempt && row.noMintMark && !row.mintJournaled,
  );
  const expiry = expiryOf(world, refund);
  const proved = tombstones.some((one) => inTime(finalityOf(world, one))) || marked || (expiry && inTime(expiry));
  return proved ? [] : [`${settlement.name} attempt ${attempt}: refunded, and nothing proves that no mint could land`];
}

/** Where the destination's time first is past the order's. */
function expiryOf({ chains }: World, { order }: Applied): Place | null {
  const destination = chains.find(({ chain }) => BigInt(chain.chainId) === order?.destinationChainId);
  const block = destination?.blocks.find((one) => order && BigInt(one.timestampSeconds) >= order.validBefore);
  return destination && block ? { chainId: destination.chain.chainId, block: block.number } : null;
}

function placeOf({ chainId, blockNumber }: Applied): Place {
  return { chainId, block: blockNumber };
}

function finalityOf({ confirmations }: World, { chainId, blockNumber }: Applied): Place {
  return { chainId, block: blockNumber + (confirmations ?? 1) - 1 };
}

/**
 * Whether somebody saw the one place reached and, looking at the other chain only afterwards, the other not. Never by block
 * times: they are whole seconds, and an anvil whose machine's clock steps back adds a second a block from then on.
 */
function stoodWithout({ headSamples }: World, one: Place, other: Place): boolean {
  return headSamples.some((heads) => {
    const reached = heads.findIndex(({ chainId, head }) => chainId === one.chainId && head >= one.block);
    return (
      reached >= 0 && heads.slice(reached).some(({ chainId, head }) => chainId === other.chainId && head < other.block)
    );
  });
}

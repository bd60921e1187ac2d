import type { ChainChecker } from './checker';
import { settlementsOf, type SettlementOperations } from './settlements';
import type { Applied, World } from './world';

/** A place on a chain: it is reached when the chain's head is there or past it. */
interface Place {
  readonly chainId: number;
  readonly block: number;
  /** The looks at the heads that can tell of it: a reorg past finality parts them from the others. */
  readonly fromSample: number;
  readonly toSample: number;
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
  if (!burn) return []; // I2's to say
  if (!stoodWithout(world, mint, finalityOf(world, burn), excusedFrom(world, mint, burn))) return [];
  return [
    `${settlement.name} attempt ${mint.attempt}: the mint stood while its burn was not final${signedText(world, mint, burn)}`,
  ];
}

function refundFindings(world: World, settlement: SettlementOperations, refund: Applied): string[] {
  const { attempt, order } = refund;
  const inTime = (places: readonly Place[], until: number): boolean => !stoodWithout(world, refund, places, until);
  const tombstones = [
    ...settlement.of('CancelMint').filter((one) => one.attempt >= attempt),
    ...settlement.of('ReverseMint'),
  ];
  const marked = world.ledger?.attempts.some(
    (row) =>
      row.settlementId === order?.settlementId && row.attempt === attempt && row.noMintMark && !row.mintJournaled,
  );
  const expiry = expiryOf(world, refund);
  const proved =
    tombstones.some((one) => inTime(finalityOf(world, one), excusedFrom(world, refund, one))) ||
    marked ||
    (expiry !== null && inTime([expiry], Infinity));
  return proved ? [] : [`${settlement.name} attempt ${attempt}: refunded, and nothing proves that no mint could land`];
}

/** Where the destination's time first is past the order's. */
function expiryOf(world: World, { order }: Applied): Place | null {
  const destination = world.chains.find(({ chain }) => BigInt(chain.chainId) === order?.destinationChainId);
  const block = destination?.blocks.find((one) => order && BigInt(one.timestampSeconds) >= order.validBefore);
  return destination && block ? placeNow(world, destination.chain.chainId, block.number) : null;
}

/** A block that a rewind replaced was not there before it. */
function placeNow({ rewinds = [] }: World, chainId: number, block: number): Place {
  const since = rewinds.filter((one) => one.chainId === chainId && one.keptBlock < block);
  const fromSample = Math.max(0, ...since.map(({ samplesBefore }) => samplesBefore));
  return { chainId, block, fromSample, toSample: Infinity };
}

/** Where it stands, and where it stood, finally, until it was taken back. */
function placesOf(world: World, { chainId, blockNumber, transactionHash }: Applied): readonly Place[] {
  const before = (world.rewinds ?? []).flatMap((rewind): Place[] => {
    const block = rewind.chainId === chainId ? rewind.finalBefore.get(transactionHash) : undefined;
    return block === undefined ? [] : [{ chainId, block, fromSample: 0, toSample: rewind.samplesBefore }];
  });
  return [...before, placeNow(world, chainId, blockNumber)];
}

function finalityOf(world: World, applied: Applied): readonly Place[] {
  const further = (world.confirmations ?? 1) - 1;
  return placesOf(world, applied).map((place) => ({ ...place, block: place.block + further }));
}

const signedAtMs = ({ ledger }: World, { transactionHash }: Applied): number | undefined =>
  ledger?.transactions.find(({ hash }) => hash === transactionHash)?.createdAtMs;

/** For whoever looks at a finding: on which side of a rewind it was signed. */
function signedText(world: World, one: Applied, relied: Applied): string {
  const rewind = world.rewinds?.find(({ finalBefore }) => finalBefore.has(relied.transactionHash));
  const signedAt = signedAtMs(world, one);
  if (!rewind || signedAt === undefined) return '';
  return `; it was signed ${(signedAt - rewind.atMs).toFixed(0)} ms after that was taken back`;
}

/**
 * The look from which on it says nothing that what the one relied on is gone: it was final, and was taken back on purpose after the one
 * had been signed. What was signed goes its way.
 */
function excusedFrom(world: World, one: Applied, relied: Applied): number {
  const signedAt = signedAtMs(world, one) ?? Infinity;
  const after = (world.rewinds ?? []).filter(
    ({ finalBefore, atMs }) => finalBefore.has(relied.transactionHash) && signedAt < atMs,
  );
  return Math.min(Infinity, ...after.map(({ samplesBefore }) => samplesBefore));
}

/**
 * Whether somebody saw the one standing and, looking at the other chain only afterwards, the other place not reached. Never by block
 * times: they are whole seconds, and an anvil whose machine's clock steps back adds a second a block from then on.
 */
function stoodWithout(world: World, one: Applied, others: readonly Place[], untilSample: number): boolean {
  const standings = placesOf(world, one);
  return world.headSamples.some((heads, at) => {
    if (at >= untilSample) return false;
    const standing = standings.filter((place) => isOn(place, at));
    const reached = heads.findIndex((head) => standing.some((place) => hasReached(head, place)));
    if (reached < 0) return false;
    const wanted = others.filter((place) => isOn(place, at));
    const later = heads.slice(reached).filter(({ chainId }) => others.some((place) => place.chainId === chainId));
    return later.some((head) => !wanted.some((place) => hasReached(head, place)));
  });
}

const isOn = ({ fromSample, toSample }: Place, at: number): boolean => at >= fromSample && at < toSample;

function hasReached({ chainId, head }: { chainId: number; head: number }, place: Place): boolean {
  return chainId === place.chainId && head >= place.block;
}

import { needsLedger, type Checker } from './checker';
import { settlementsOf, type SettlementOperations } from './settlements';
import type { Applied, Kind, ToldSample, World } from './world';

const [burned, minted] = [
  new Set(['BURNED', 'MINTING', 'MINTED', 'COMPLETED', 'COMPENSATING']),
  new Set(['MINTED', 'COMPLETED']),
];

export const i6Told: Checker = {
  invariant: 'I6 told',
  says: 'no status is in the ledger before the operation that it tells of is final',
  check(world) {
    if (!world.ledger) return needsLedger;
    const settlements = new Map(settlementsOf(world).map((settlement) => [settlement.name, settlement]));
    return world.toldSamples.flatMap((sample) => findings(world, sample, settlements.get(sample.settlementId)));
  },
};

function findings(world: World, sample: ToldSample, settlement: SettlementOperations | undefined): string[] {
  const { settlementId, status, attempt } = sample;
  return operationsTold(sample).flatMap((kind) => {
    // What no chain shows, or twice, is the others' to say.
    const [first] = settlement?.of(kind, attempt) ?? [];
    const head = sample.heads.find(({ chainId }) => chainId === first?.chainId)?.head;
    if (!first || head === undefined) return [];
    const block = earliestOf(world, first);
    const finalWith = block + (world.confirmations ?? 1) - 1;
    if (head >= finalWith) return [];
    return [
      `${settlementId} attempt ${attempt}: was ${status} while its ${kind} of block ${block} was final ` +
        `with block ${finalWith}, and no block after ${head} was seen`,
    ];
  });
}

/** Where it stands, or where it stood, finally, before that was taken back on purpose: its settlement may have been told of it then. */
function earliestOf({ rewinds = [] }: World, { chainId, blockNumber, transactionHash }: Applied): number {
  const before = rewinds.filter((one) => one.chainId === chainId).map((one) => one.finalBefore.get(transactionHash));
  return Math.min(blockNumber, ...before.filter((block) => block !== undefined));
}

function operationsTold({ status, compensated }: ToldSample): readonly Kind[] {
  if (status === 'FAILED') return compensated ? ['Refund'] : [];
  return [...(burned.has(status) ? (['Burn'] as const) : []), ...(minted.has(status) ? (['Mint'] as const) : [])];
}

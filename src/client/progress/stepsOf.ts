import type { SettlementRecord } from '../../domain/record';
import type { OperationKind } from '../../domain/slot';
import type { SettlementStatus } from '../../domain/status';
import type { StepName, StepProgress, StepState } from './progress';

/** What a chain shows of one operation of the current attempt. */
export interface Sighting {
  readonly txHash: string;
  /** Null: signed, and applied in no block, or none yet. */
  readonly block: number | null;
  /** ISO 8601, the block's own time. */
  readonly includedAt: string | null;
  readonly confirmations: { readonly seen: number; readonly needed: number } | null;
}

export interface Seen {
  readonly record: SettlementRecord;
  /** When the current attempt came to each status. */
  readonly reachedAt: Partial<Readonly<Record<SettlementStatus, string>>>;
  readonly sightings: Partial<Readonly<Record<OperationKind, Sighting>>>;
}

/** What is known of one operation that goes into a block and then becomes final: two rows. */
interface Pair {
  readonly names: readonly [inBlock: StepName, final: StepName];
  readonly chain: string;
  readonly sighting: Sighting | undefined;
  readonly startedAt: string | null;
  readonly finalAt: string | null;
  readonly isFinal: boolean;
  readonly hasFailed: boolean;
  readonly isUnderWay: boolean;
}

const afterBurn: readonly SettlementStatus[] = ['BURNED', 'MINTING', 'MINTED', 'COMPLETED', 'COMPENSATING'];

/** The rows of one settlement, from what ledger, Temporal and chains show. */
export function stepsOf({ record, reachedAt, sightings }: Seen): readonly StepProgress[] {
  const { status, sourceChain, destinationChain, compensated } = record;
  const at = (name: SettlementStatus): string | null => reachedAt[name] ?? null;
  const isBack = status === 'COMPENSATING' || compensated;
  const isBurned = afterBurn.includes(status) || compensated;
  const isMinted = status === 'MINTED' || status === 'COMPLETED';
  const isRefused = status === 'FAILED' && !compensated;
  // What failed before it was entered shows no more than that.
  const isEntered = at('PROCESSING') !== null || (isRefused ? sightings.Burn !== undefined : status !== 'PENDING');
  const accepted: StepProgress = {
    ...emptyStep('accepted'),
    state: isEntered ? 'done' : isRefused ? 'failed' : 'underWay',
    startedAt: record.createdAt,
    endedAt: at('PROCESSING'),
  };
  const burn = pairOf({
    names: ['burn', 'burn final'],
    chain: sourceChain,
    sighting: sightings.Burn,
    startedAt: at('PROCESSING'),
    finalAt: at('BURNED'),
    isFinal: isBurned,
    hasFailed: isRefused && isEntered,
    isUnderWay: isEntered,
  });
  const mint = pairOf({
    names: ['mint', 'mint final'],
    chain: destinationChain,
    sighting: sightings.Mint,
    startedAt: at('BURNED'),
    finalAt: at('MINTED'),
    isFinal: isMinted,
    hasFailed: isBack,
    isUnderWay: isBurned,
  });
  return [accepted, ...burn, ...mint, ...(isBack ? wayBack({ record, reachedAt, sightings }) : [])];
}

function wayBack({ record, reachedAt, sightings }: Seen): readonly StepProgress[] {
  const { CancelMint: tombstone, Refund: refund } = sightings;
  const startedAt = reachedAt.COMPENSATING ?? null;
  const isRefunding = refund !== undefined || record.compensated;
  const tombstoneAt = tombstone?.includedAt ?? null;
  const state: StepState = isRefunding ? (tombstone ? 'done' : 'notNeeded') : 'underWay';
  const first: StepProgress = {
    ...emptyStep('tombstone'),
    ...(tombstone ?? {}),
    state,
    chain: record.destinationChain,
    startedAt,
    endedAt: isRefunding ? (tombstoneAt ?? startedAt) : null,
  };
  const second = pairOf({
    names: ['refund', 'refund final'],
    chain: record.sourceChain,
    sighting: refund,
    startedAt: first.endedAt,
    finalAt: record.compensated ? (reachedAt.FAILED ?? null) : null,
    isFinal: record.compensated,
    hasFailed: false,
    isUnderWay: isRefunding,
  });
  return [first, ...second];
}

function pairOf({ names, chain, sighting, startedAt, finalAt, isFinal, hasFailed, isUnderWay }: Pair): StepProgress[] {
  const isIn = isFinal || (sighting?.block ?? null) !== null;
  const state = (done: boolean, begun: boolean): StepState => {
    if (done) return 'done';
    if (hasFailed) return 'failed';
    return begun ? 'underWay' : 'waiting';
  };
  const inState = state(isIn, isUnderWay);
  // Blocks tell whole seconds, and their clocks are their own: never before the step began nor after it was over.
  const includedAt = isIn ? within(sighting?.includedAt ?? finalAt, startedAt, finalAt) : null;
  const txHash = sighting?.txHash ?? null;
  const inBlock: StepProgress = {
    ...emptyStep(names[0]),
    state: inState,
    chain,
    startedAt: isUnderWay ? startedAt : null,
    endedAt: includedAt,
    txHash,
    block: sighting?.block ?? null,
  };
  // What was never in a block was never waited for to be final.
  const finalState = inState === 'failed' ? 'waiting' : state(isFinal, isIn);
  return [
    inBlock,
    {
      ...emptyStep(names[1]),
      state: finalState,
      chain,
      startedAt: isIn ? includedAt : null,
      endedAt: finalAt,
      txHash: isIn ? txHash : null,
      block: inBlock.block,
      confirmations: sighting?.confirmations ?? null,
    },
  ];
}

function within(at: string | null, from: string | null, to: string | null): string | null {
  if (at === null) return null;
  if (from !== null && at < from) return from;
  return to !== null && at > to ? to : at;
}

function emptyStep(step: StepName): StepProgress {
  return {
    step,
    state: 'waiting',
    chain: null,
    startedAt: null,
    endedAt: null,
    txHash: null,
    block: null,
    confirmations: null,
  };
}

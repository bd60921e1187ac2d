import type { ErrorCode } from '../domain/errorCodes';
import { nothingKnown } from '../domain/record';
import { isApplied, isTombstoned, type OperationKind, type Slot } from '../domain/slot';
import type { RebuiltStep } from '../ledger/rebuildSettlements';

/** A settlement as both chains show it at final blocks. */
export interface SeenSettlement {
  readonly source: Slot;
  readonly destination: Slot;
  /** What the gateways applied, of each chain in its order. */
  readonly operations: readonly {
    readonly kind: OperationKind;
    readonly attempt: number;
    readonly hash: `0x${string}`;
  }[];
  /** Why the source takes no further attempt; null while it may: then nothing proves that none is on its way. */
  readonly ended: ErrorCode | null;
}

export interface Plan {
  /** From PROCESSING of attempt 0 on. The last is how it stands. */
  readonly steps: readonly RebuiltStep[];
  readonly journalKnown: boolean;
}

const unknownReason = 'the attempt was refunded; the chains do not say why (rebuilt from them)';

/**
 * The steps that lead a row to what the slots say. Every attempt that was refunded is told in full. FAILED stands at the end only
 * where no further attempt is possible: before that it would be the mark that no burn can land, which no chain proves. The
 * table is in docs/architecture.md.
 */
export function planSettlement(seen: SeenSettlement): Plan {
  const { source, destination, ended } = seen;
  const hashOf = (kind: OperationKind, attempt: number): string | null =>
    seen.operations.findLast((one) => one.kind === kind && one.attempt === attempt)?.hash ?? null;
  const refunds = source.state === 'Refunded' ? source.attempt + 1 : source.state === 'Burned' ? source.attempt : 0;
  const steps = Array.from({ length: refunds }, (_, attempt) => [
    stepOf('PROCESSING', attempt),
    ...refundedSteps(attempt, hashOf('Burn', attempt), hashOf('Refund', attempt)),
  ]).flat();
  const last = steps.at(-1);

  if (source.state === 'Burned') {
    const facts = { burnTxHash: hashOf('Burn', refunds), mintTxHash: hashOf('Mint', refunds) };
    steps.push(stepOf('PROCESSING', refunds), ...burnedSteps(refunds, destination, facts));
    return { steps, journalKnown: false };
  }
  if (last && destination.state === 'Minted' && destination.attempt < refunds) {
    const told = 'the attempt was refunded, and a mint of it or of an earlier one stands';
    steps[steps.length - 1] = { ...last, status: 'COMPENSATING', compensated: false, ...contradiction(told) };
    return { steps, journalKnown: false };
  }
  if (last && ended && destination.state !== 'Minted') {
    steps[steps.length - 1] = { ...last, errorCode: ended };
    return { steps, journalKnown: false };
  }
  const told = destination.state === 'Minted' ? contradiction('minted, and no final burn pays for it') : {};
  steps.push({ ...stepOf('PROCESSING', refunds), ...told });
  return { steps, journalKnown: true };
}

function refundedSteps(attempt: number, burnTxHash: string | null, refundTxHash: string | null): RebuiltStep[] {
  const burned = { ...stepOf('BURNED', attempt), burnTxHash };
  const failure = { errorCode: 'ALREADY_REFUNDED', errorMessage: unknownReason } as const;
  return [
    stepOf('BURNING', attempt),
    burned,
    { ...burned, status: 'COMPENSATING' },
    { ...burned, status: 'FAILED', refundTxHash, compensated: true, ...failure },
  ];
}

/** The burn is final: forward if its mint is, back where no mint can land, and else it holds until somebody finds out. */
function burnedSteps(
  attempt: number,
  destination: Slot,
  { burnTxHash, mintTxHash }: { burnTxHash: string | null; mintTxHash: string | null },
): RebuiltStep[] {
  const burned = { ...stepOf('BURNED', attempt), burnTxHash };
  const burning = [stepOf('BURNING', attempt), burned];
  if (isApplied(destination, 'Mint', attempt)) {
    const minted = { ...burned, mintTxHash };
    return [
      ...burning,
      { ...burned, status: 'MINTING' },
      { ...minted, status: 'MINTED' },
      { ...minted, status: 'COMPLETED' },
    ];
  }
  if (isTombstoned(destination, attempt)) return [...burning, { ...burned, status: 'COMPENSATING' }];
  if (destination.state === 'Minted') {
    return [...burning, { ...burned, ...contradiction('burned, and a mint of another attempt stands') }];
  }
  return burning;
}

function contradiction(told: string) {
  return {
    needsOperator: true,
    errorCode: 'CONTRADICTION',
    errorMessage: `${told} (rebuilt from the chains)`,
  } as const;
}

function stepOf(status: RebuiltStep['status'], attempt: number): RebuiltStep {
  return { status, attempt, ...nothingKnown };
}

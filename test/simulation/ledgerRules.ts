import { PermanentError, TransientError } from '../../src/domain/errors';
import type { OperationKind } from '../../src/domain/slot';
import { isLegalTransition, type SettlementStatus } from '../../src/domain/status';
import { nothingKnown } from '../../src/domain/record';
import type { LaneOperation } from '../../src/lanes/lane';
import type { FailedUnburned, FailUnburnedRequest } from '../../src/ledger/failUnburned';
import type { EnterRequest, JournalRefusal, Ownership, Step } from '../../src/ledger/ledger';
import type { LedgerTables, Row } from './ledgerTables';

/*
 * FAKE: the ledger's functions (src/ledger/migrations), rule by rule; each is one transaction, so nothing can come in
 * between. The errors are those of src/ledger.
 */

export function enter(tables: LedgerTables, request: EnterRequest, now: number): Row {
  const { row, epoch } = tables;
  if (!row) return tables.insert(newRow(request, burnEpoch(request, epoch), epoch, now));
  const { owner, record } = row;
  if (row.fingerprint !== request.fingerprint) {
    throw new PermanentError('IDEMPOTENCY_CONFLICT', `another order stands under ${record.settlementId}`);
  }
  const isOwn = owner.runId === request.runId;
  if (isBehind(row, request) && (isOwn || request.scheduledAtMs > row.scheduledAtMs)) {
    for (const status of ['COMPENSATING', 'FAILED'] as const) {
      tables.update({ record: { status, compensated: status === 'FAILED' } });
    }
    const fresh = { ...nothingKnown, status: 'PROCESSING', attempt: request.attempt } as const;
    return tables.update({
      owner: { ...owner, runId: request.runId, fence: nextFence(owner.fence, epoch) },
      ...{ scheduledAtMs: request.scheduledAtMs, epoch: burnEpoch(request, epoch), record: fresh },
    });
  }
  if (isOwn && record.status === 'PROCESSING' && record.attempt === request.attempt && request.burnStands) {
    return row.epoch === -1 ? row : tables.update({ epoch: -1 });
  }
  if (isOwn || (record.status === 'FAILED' && request.mode !== 'retry')) return row;
  if (request.scheduledAtMs <= row.scheduledAtMs) throw lost(`run ${owner.runId} is later`);
  const taken = {
    owner: { ...owner, runId: request.runId, fence: nextFence(owner.fence, epoch) },
    scheduledAtMs: request.scheduledAtMs,
  };
  if (record.status === 'FAILED') {
    const fresh = { ...nothingKnown, status: 'PROCESSING', attempt: request.attempt } as const;
    return tables.update({ ...taken, epoch: burnEpoch(request, epoch), signature: request.signature, record: fresh });
  }
  const isProcessing = record.status === 'PROCESSING';
  return tables.update({
    ...taken,
    epoch: isProcessing && request.burnStands ? -1 : row.epoch,
    record: { attempt: isProcessing ? request.attempt : record.attempt },
  });
}

/** catch_up: the slot shows a later attempt, so this one was refunded, and the backup forgot it. */
function isBehind({ record: { status, attempt } }: Row, request: EnterRequest): boolean {
  const isKept = ['BURNING', 'BURNED', 'MINTING', 'COMPENSATING'].includes(status);
  return isKept && request.attempt > attempt && (request.burnStands || request.attempt > attempt + 1);
}

export function advance(tables: LedgerTables, steps: readonly Step[]): Row {
  // An answer that was lost: the steps up to the one where it stands were taken then.
  const stoodAt = steps.findLastIndex(({ to }) => to === tables.row?.record.status);
  steps.forEach((step, index) => {
    const row = requireOwned(tables, step.owner);
    const { status, attempt } = row.record;
    if (attempt !== step.attempt) throw new PermanentError('ILLEGAL_STEP', `it is in attempt ${attempt}`);
    if (index < stoodAt) return;
    // guard_reversal: back from a mint that stands only an operator's reversal leads.
    const isBack = (status === 'MINTED' || status === 'COMPLETED') && step.to === 'COMPENSATING';
    const mayBack = !isBack || tables.journal.some(carries('ReverseMint', attempt));
    const legal = step.to !== 'PROCESSING' && isLegalTransition(status, step.to) && mayBack;
    if (status !== step.to && !legal) throw new PermanentError('ILLEGAL_STEP', `it is ${status}, not ${step.to}`);
    tables.update({ record: { ...step.facts, status: step.to } });
  });
  return tables.row as Row;
}

export function failUnburned(tables: LedgerTables, request: FailUnburnedRequest): FailedUnburned {
  const row = requireOwned(tables, request.owner);
  const { status, attempt, compensated } = row.record;
  const hashes = tables.journal.filter(carries('Burn', request.attempt)).map(({ transaction }) => transaction.hash);
  if (attempt !== request.attempt) return { outcome: 'otherAttempt', settlement: row };
  if (status === 'FAILED' && !compensated) return { outcome: 'failed', settlement: row };
  if (status !== 'PROCESSING' && status !== 'BURNING') return { outcome: 'status', settlement: row };
  if (request.requireEpoch && row.epoch !== tables.epoch) return { outcome: 'epoch', settlement: row };
  const seen = new Set(request.seenHashes);
  if (seen.size !== hashes.length || !hashes.every((hash) => seen.has(hash))) {
    return { outcome: 'journaled', settlement: row, hashes };
  }
  const { errorCode, errorMessage } = request;
  return { outcome: 'failed', settlement: tables.update({ record: { status: 'FAILED', errorCode, errorMessage } }) };
}

export function markNoMint(
  tables: LedgerTables,
  { owner, attempt }: { readonly owner: Ownership; readonly attempt: number },
): boolean {
  const row = requireOwned(tables, owner);
  if (row.record.attempt !== attempt) throw new PermanentError('ILLEGAL_STEP', `it is not in attempt ${attempt}`);
  if (row.epoch !== tables.epoch) return false;
  if (tables.marksOf(attempt).mintJournaled || tables.journal.some(carries('Mint', attempt))) return false;
  tables.mark(attempt, { noMint: true });
  return true;
}

const journaledIn: Readonly<Record<OperationKind, readonly SettlementStatus[]>> = {
  Burn: ['PROCESSING', 'BURNING'],
  Mint: ['BURNED', 'MINTING'],
  Refund: ['COMPENSATING'],
  CancelMint: ['COMPENSATING'],
  ReverseMint: ['MINTED', 'COMPLETED', 'COMPENSATING'],
};

/** Judges one operation and, where it may be journaled, moves the row and marks the attempt. */
export function judge(tables: LedgerTables, operation: LaneOperation): JournalRefusal | null {
  const { row, epoch } = tables;
  const { kind, attempt, owner } = operation;
  if (!row || row.fingerprint !== operation.fingerprint) return 'notInLedger';
  if (row.owner.runId !== owner.runId || row.owner.fence !== owner.fence) return 'owner';
  if (row.record.attempt !== attempt) return 'otherAttempt';
  if (!journaledIn[kind].includes(row.record.status)) return 'status';
  if ((kind === 'Burn' || kind === 'Mint') && row.epoch !== epoch) return 'epoch';
  if (kind === 'Mint' && tables.marksOf(attempt).noMint) return 'noMintMark';
  if (kind === 'Burn' && row.record.status === 'PROCESSING') tables.update({ record: { status: 'BURNING' } });
  if (kind !== 'Mint') return null;
  tables.mark(attempt, { mintJournaled: true });
  if (row.record.status === 'BURNED') tables.update({ record: { status: 'MINTING' } });
  return null;
}

/** @throws TransientError LEDGER_BEHIND: an epoch begins closed, and keys of before sign no more */
export function requireOpen({ epoch, openedEpoch, retired }: LedgerTables, signer: `0x${string}`): void {
  if (openedEpoch === epoch && !retired.includes(signer)) return;
  throw new TransientError('LEDGER_BEHIND', `epoch ${epoch} is not open for ${signer}`, { retryAfterMs: 10_000 });
}

export function carries(kind: OperationKind, attempt: number) {
  return ({ operations }: LedgerTables['journal'][number]): boolean =>
    operations.some((operation) => operation.kind === kind && operation.attempt === attempt);
}

function newRow(request: EnterRequest, rowEpoch: number, epoch: number, now: number): Row {
  const { order, signature, fingerprint, sourceChain, destinationChain, runId, attempt } = request;
  const at = new Date(now).toISOString();
  const { settlementId, token, holder, recipient } = order;
  const chains = { sourceChain, destinationChain };
  const who = { settlementId, token, holder, recipient, amount: String(order.amount), ...chains };
  const record = { ...who, status: 'PROCESSING', attempt, ...nothingKnown, createdAt: at, updatedAt: at } as const;
  const owner = { settlementId, runId, fence: nextFence(0, epoch) };
  return { record, fingerprint, order, signature, epoch: rowEpoch, owner, scheduledAtMs: request.scheduledAtMs };
}

function burnEpoch({ burnStands }: EnterRequest, epoch: number): number {
  return burnStands ? -1 : epoch;
}

function nextFence(last: number, epoch: number): number {
  return Math.max(last, epoch * 2 ** 32) + 1;
}

function requireOwned({ row }: LedgerTables, { settlementId, runId, fence }: Ownership): Row {
  if (!row) throw new PermanentError('NOT_FOUND', `${settlementId} is not in the ledger`);
  if (row.owner.runId === runId && row.owner.fence === fence) return row;
  throw lost(`${settlementId} is driven by run ${row.owner.runId}`);
}

function lost(why: string): TransientError {
  return new TransientError('OWNERSHIP_LOST', why);
}

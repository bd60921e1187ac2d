import { sql } from 'kysely';
import type { OrderJson } from '../domain/order';
import type { OperationKind } from '../domain/slot';
import { askLedger } from './askLedger';
import type { JournaledTransaction } from './ledger';
import type { LedgerContext } from './openLedger';
import { rowOfTransaction } from './rowOfTransaction';

/** One operation that a gateway applied, with the order that its calldata tells, if it does. */
export interface AppliedOperation {
  /** Of its event among those of its transaction. */
  readonly position: number;
  readonly settlementKey: `0x${string}`;
  readonly fingerprint: `0x${string}`;
  readonly kind: OperationKind;
  readonly attempt: number;
  readonly order: OrderJson | null;
  /** The holder's; only a burn carries one. */
  readonly signature: string | null;
}

/** A final transaction that the gateway told of. */
export interface StagedTransaction {
  readonly transaction: JournaledTransaction;
  /** By one of our signers: it belongs into the journal. */
  readonly ours: boolean;
  readonly applied: readonly AppliedOperation[];
}

/** No lease wrote what is journaled after the fact. */
const noFence = 0;

/**
 * Keeps what was read of final blocks, in one database transaction: the journal of our signers, and what was applied. What was
 * kept before is not kept twice.
 * @throws PermanentError ILLEGAL_STEP when no rebuild is under way
 */
export async function stageRebuild({ db }: LedgerContext, staged: readonly StagedTransaction[]): Promise<void> {
  if (staged.length === 0) return;
  const json = JSON.stringify(staged.map(toJson));
  await askLedger('what was read cannot be kept', () => sql`select ledger.stage_rebuild(${json}::jsonb)`.execute(db));
}

function toJson({ transaction, ours, applied }: StagedTransaction) {
  return { ours, row: rowOfTransaction(transaction, noFence), operations: transaction.operations, applied };
}

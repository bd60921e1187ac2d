import type { OrderIdentity } from '../domain/fingerprint';
import type { SettlementOrder } from '../domain/order';
import type { SettlementRecord } from '../domain/record';
import type { OperationKind } from '../domain/slot';
import type { SettlementStatus } from '../domain/status';

/** What the ledger holds of one settlement. */
export interface LedgerSettlement {
  readonly record: SettlementRecord;
  readonly fingerprint: `0x${string}`;
  readonly order: SettlementOrder;
  /** The holder's, as it came in. */
  readonly signature: string;
  /** The ledger's epoch when the settlement's current attempt was begun; proofs from the journal count only while it is the ledger's. */
  readonly epoch: number;
  readonly owner: Ownership;
}

/** The run that drives a settlement. Every write names it; one that was superseded can write nothing more. */
export interface Ownership {
  readonly settlementId: string;
  readonly runId: string;
  readonly fence: number;
}

export interface EnterRequest {
  readonly order: SettlementOrder;
  readonly signature: string;
  readonly fingerprint: `0x${string}`;
  /** Chain names as the record tells them. */
  readonly sourceChain: string;
  readonly destinationChain: string;
  readonly runId: string;
  /** When Temporal scheduled the activity that asks (server time): a later run takes over from an earlier, never the reverse. */
  readonly scheduledAtMs: number;
  /** `start` never lifts FAILED; `retry` by another run than the one that wrote it does. */
  readonly mode: 'start' | 'retry';
  /** Read from the final source slot, never counted. */
  readonly attempt: number;
  /** The slot shows the burn of the attempt already. If the ledger does not know of it, its silence about a mint proves nothing. */
  readonly burnStands: boolean;
  /** The ledger's before the slot was read: what was read under an earlier one enters nothing. Null: it is not known. */
  readonly knownEpoch: number | null;
}

export interface Step {
  readonly owner: Ownership;
  readonly attempt: number;
  readonly to: SettlementStatus;
  readonly facts?: Partial<
    Pick<
      SettlementRecord,
      'burnTxHash' | 'mintTxHash' | 'refundTxHash' | 'compensated' | 'needsOperator' | 'errorCode' | 'errorMessage'
    >
  >;
}

/** A lane as the ledger knows it: one signer on one chain, held under a lease. */
export interface LaneLease {
  readonly chainId: number;
  readonly signer: `0x${string}`;
  readonly holder: string;
  readonly fence: number;
}

/** One operation as it is journaled. */
export interface JournalOperation extends OrderIdentity {
  readonly settlementId: string;
  readonly kind: OperationKind;
  readonly attempt: number;
  readonly owner: Ownership;
}

export interface JournaledTransaction {
  readonly chainId: number;
  readonly signer: `0x${string}`;
  readonly nonce: number;
  readonly hash: `0x${string}`;
  readonly raw: `0x${string}`;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  /** 0 for the first transaction of a nonce, then one more for each that replaces it. */
  readonly replacement: number;
  readonly operations: readonly (OrderIdentity & {
    readonly settlementId: string;
    readonly kind: OperationKind;
    readonly attempt: number;
  })[];
}

/** Why an operation may not be journaled now. */
export type JournalRefusal =
  | 'notInLedger'
  | 'otherAttempt'
  | 'status' // the settlement is not in a status in which this operation may be sent
  | 'owner' // another run drives it
  | 'epoch' // a Burn or a Mint of a settlement from before a restore
  | 'noMintMark' // a Mint whose attempt carries the permanent mark
  | 'routePaused'; // nothing new that moves money is sent on it

export interface Flush<Op extends JournalOperation> {
  /** Null when every operation was refused: no nonce was used. */
  readonly transaction: JournaledTransaction | null;
  readonly accepted: readonly Op[];
  readonly refused: readonly { readonly operation: Op; readonly reason: JournalRefusal }[];
}

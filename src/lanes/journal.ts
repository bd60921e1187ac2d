import type { Hex } from 'viem';
import type { OrderIdentity } from '../domain/fingerprint';
import type { OperationKind } from '../domain/slot';

/** One execution of one activity: who asks for a broadcast. `attempt` is Temporal's, from 1. */
export interface Execution {
  readonly runId: string;
  readonly activityId: string;
  readonly attempt: number;
}

/** What a transaction is for. */
export interface OperationKey extends OrderIdentity {
  readonly chainId: number;
  readonly kind: OperationKind;
  readonly attempt: number;
}

/** A signed transaction: it may land from the moment it leaves this process until its nonce is final. */
export interface SignedTransaction {
  readonly hash: Hex;
  readonly raw: Hex;
  readonly signer: Hex;
  readonly nonce: number;
}

/**
 * What was signed for which operation, written *before* it is broadcast. Proofs that something cannot land any more rest on
 * it, so it also says how much it knows.
 */
export interface Journal {
  /**
   * Called first by every execution. True: every transaction ever signed for this activity is in the journal. A later
   * execution of the same activity fences the earlier ones: they can record, and so broadcast, nothing more.
   */
  open(execution: Execution): Promise<boolean>;
  /** @throws Error when a later execution of the activity was opened */
  record(execution: Execution, key: OperationKey, transaction: SignedTransaction): Promise<void>;
  /** Everything recorded for the operation, oldest first. */
  find(key: OperationKey): Promise<readonly SignedTransaction[]>;
}

import type { Hex } from 'viem';
import type { OrderIdentity } from '../../domain/fingerprint';
import type { OperationKind, Slot } from '../../domain/slot';
import type { FinalBlock } from '../readFinalBlock';

export interface TrackedOperation extends OrderIdentity {
  readonly kind: OperationKind;
  readonly attempt: number;
}

/** News of one operation. Slot and block of the first three are of *one* final block. */
export type Sighting =
  /** The slot says it is applied; the transaction that did it, where its event was seen. */
  | { readonly kind: 'final'; readonly slot: Slot; readonly block: FinalBlock; readonly transactionHash: Hex | null }
  /** The slot is where it can never apply, or another order's. */
  | { readonly kind: 'superseded'; readonly slot: Slot; readonly block: FinalBlock }
  /**
   * A final transaction had it refused, and the slot could still take it. Anybody may send an operation and have it refused, so
   * a refusal counts only in a transaction of ours: see whether the journal knows the hash.
   */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly transactionHash: Hex;
      readonly slot: Slot;
      readonly block: FinalBlock;
    }
  /** It was seen in a block that is not there any more, and in none that took its place. */
  | { readonly kind: 'dropped'; readonly transactionHash: Hex };

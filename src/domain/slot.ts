/** What one gateway says of one settlement. The names and their order are those of the contract's `SlotState`. */
export const slotStates = ['None', 'Burned', 'Refunded', 'Minted', 'Cancelled', 'Reversed'] as const;
export type SlotState = (typeof slotStates)[number];

export interface Slot {
  /** `OtherOrder`: another order stands under this settlement id, for good. None of ours can ever apply on such a slot. */
  readonly state: SlotState | 'OtherOrder';
  /** Meaningless while `state` is None. */
  readonly attempt: number;
  /** The upper 240 bits of the fingerprint the slot belongs to, as 0x + 60 hex digits; zero while None. */
  readonly orderHash: `0x${string}`;
}

/** Of a settlement that no chain has heard of. */
export const emptySlot: Slot = { state: 'None', attempt: 0, orderHash: `0x${'00'.repeat(30)}` };

/** The order and the kinds are those of the contract's `OperationKind`. */
export const operationKinds = ['Burn', 'Refund', 'Mint', 'CancelMint', 'ReverseMint'] as const;
export type OperationKind = (typeof operationKinds)[number];

const afterwards: Readonly<Record<OperationKind, SlotState>> = {
  Burn: 'Burned',
  Refund: 'Refunded',
  Mint: 'Minted',
  CancelMint: 'Cancelled',
  ReverseMint: 'Reversed',
};

/** Whether the slot belongs to the order with this fingerprint (an empty slot belongs to whoever comes first). */
export function slotBelongsTo(slot: Slot, fingerprint: `0x${string}`): boolean {
  return slot.state === 'None' || slot.orderHash.toLowerCase() === fingerprint.slice(0, 62).toLowerCase();
}

/** The slot as an order sees it, from what the gateway answers. What another order under the same id did is `OtherOrder`. */
export function slotOf(stateIndex: number, attempt: number, orderHash: bigint, fingerprint: `0x${string}`): Slot {
  const state = slotStates[stateIndex];
  if (state === undefined) throw new Error(`a gateway answered an unknown slot state ${stateIndex}`);
  const slot: Slot = { state, attempt, orderHash: `0x${orderHash.toString(16).padStart(60, '0')}` };
  return slotBelongsTo(slot, fingerprint) ? slot : { ...slot, state: 'OtherOrder' };
}

/** The contract's own rule for "already applied": the afterwards-state with the same attempt (for CancelMint: at least it). */
export function isApplied(slot: Slot, kind: OperationKind, attempt: number): boolean {
  if (slot.state !== afterwards[kind]) return false;
  return kind === 'CancelMint' ? slot.attempt >= attempt : slot.attempt === attempt;
}

/**
 * Whether the operation could still be applied on this slot, if everything else allows it. When it is neither applied
 * nor applicable it is superseded, for ever or until the slot moves on.
 */
export function isApplicable(slot: Slot, kind: OperationKind, attempt: number): boolean {
  switch (kind) {
    case 'Burn':
      return slot.state === 'None' ? attempt === 0 : slot.state === 'Refunded' && attempt === slot.attempt + 1;
    case 'Refund':
      return slot.state === 'Burned' && slot.attempt === attempt;
    case 'Mint':
    case 'CancelMint':
      return slot.state === 'None' || (slot.state === 'Cancelled' && attempt > slot.attempt);
    case 'ReverseMint':
      return slot.state === 'Minted' && slot.attempt === attempt;
  }
}

/** The attempt a run works on, read from the *final* source slot and never counted: None -> 0, Burned(n) -> n, Refunded(n) -> n + 1. */
export function attemptOf(sourceSlot: Slot): number {
  switch (sourceSlot.state) {
    case 'None':
    case 'OtherOrder':
      return 0; // nothing of this order was ever in
    case 'Burned':
      return sourceSlot.attempt;
    case 'Refunded':
      return sourceSlot.attempt + 1;
    default:
      throw new Error(`a source slot cannot be ${sourceSlot.state}`);
  }
}

/**
 * No Mint of this attempt can land any more: a tombstone for it (or a later attempt), a reversal, or another order stands.
 * Proof 1 of a refund.
 */
export function isTombstoned(destinationSlot: Slot, attempt: number): boolean {
  return (
    destinationSlot.state === 'Reversed' ||
    destinationSlot.state === 'OtherOrder' ||
    (destinationSlot.state === 'Cancelled' && destinationSlot.attempt >= attempt)
  );
}

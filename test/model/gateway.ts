import {
  isApplicable,
  slotStates,
  type OperationKind,
  type Slot as DomainSlot,
  type SlotState,
} from '../../src/domain/slot';
import type { Rules } from './rules';

/** A slot as one small number: its state's place in the contract's enum, twice, plus the attempt (0 or 1). */
export type Slot = number;
export type Operation = Exclude<OperationKind, 'ReverseMint'>;

/** More attempts than these the model does not know. */
export const mostAttempts = 2;

export const none: Slot = 0;
export const burned = (attempt: number): Slot => slotOf('Burned', attempt);
export const refunded = (attempt: number): Slot => slotOf('Refunded', attempt);
export const minted = (attempt: number): Slot => slotOf('Minted', attempt);

const afterwards = { Burn: 'Burned', Refund: 'Refunded', Mint: 'Minted', CancelMint: 'Cancelled' } as const;

export function slotOf(state: SlotState, attempt: number): Slot {
  return slotStates.indexOf(state) * 2 + (state === 'None' ? 0 : attempt);
}

export function afterwardsOf(operation: Operation, attempt: number): Slot {
  return slotOf(afterwards[operation], attempt);
}

export function stateOf(slot: Slot): SlotState {
  return slotStates[slot >> 1] ?? 'None';
}

export function attemptIn(slot: Slot): number {
  return slot & 1;
}

export const isBurned = (slot: Slot): boolean => stateOf(slot) === 'Burned';

/** A tombstone of this attempt or a later one. */
export function isTombstone(slot: Slot, attempt: number): boolean {
  return stateOf(slot) === 'Cancelled' && attemptIn(slot) >= attempt;
}

/** Both attempts next to each other: an index into the gateway's table. */
const operations: readonly Operation[] = ['Burn', 'Refund', 'Mint', 'CancelMint'];
const rowOf = (operation: Operation, attempt: number): number => operations.indexOf(operation) * mostAttempts + attempt;

/** Answers whether a gateway under these rules applies an operation. The rule itself is the code's own, `isApplicable`. */
export function createGateway(rules: Rules): (slot: Slot, operation: Operation, attempt: number) => boolean {
  const width = slotStates.length * 2;
  const table = new Uint8Array(operations.length * mostAttempts * width);
  for (const operation of operations) {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      for (let slot = 0; slot < width; slot += 1) {
        table[rowOf(operation, attempt) * width + slot] = isAllowed(rules, slot, operation, attempt) ? 1 : 0;
      }
    }
  }
  return (slot, operation, attempt) => attempt < mostAttempts && table[rowOf(operation, attempt) * width + slot] === 1;
}

function isAllowed(rules: Rules, slot: Slot, operation: Operation, attempt: number): boolean {
  if (!rules.slotChecks) return true;
  const state = stateOf(slot);
  const standing: DomainSlot = { state, attempt: attemptIn(slot), orderHash: '0x' };
  if (rules.slotAttempts) return isApplicable(standing, operation, attempt);
  const allowed = { Burn: ['None', 'Refunded'], Refund: ['Burned'], Mint: ['None', 'Cancelled'] };
  return (operation === 'CancelMint' ? allowed.Mint : allowed[operation]).includes(state);
}

import type { SettlementOrder } from '../../src/domain/order';
import type { OperationKind, Slot, SlotState } from '../../src/domain/slot';

/*
 * FAKE: contracts/src/SettlementGateway.sol as a function, check by check in the contract's order, and from nothing in src. Not
 * modelled: signatures (valid), routes (registered), gas.
 */

/** What one block says of the one settlement. */
export interface GatewayState {
  readonly slot: Slot;
  readonly revoked: boolean;
  /** Signers whose role was taken away. */
  readonly barred: readonly string[];
  /** Base units that this gateway has minted less what it has burned. */
  readonly supply: bigint;
}

/** What is different in a minute. */
export interface GatewayMood {
  readonly pausedNew: boolean;
  readonly pausedAll: boolean;
  readonly limitUsedUp: boolean;
  /** The token refuses to mint to, or burn from, who receives here. */
  readonly frozen: boolean;
  /** The holder's tokens are elsewhere. */
  readonly spent: boolean;
}

export const calm: GatewayMood = {
  pausedNew: false,
  pausedAll: false,
  limitUsedUp: false,
  frozen: false,
  spent: false,
};

export interface GatewayOperation {
  readonly kind: OperationKind;
  readonly attempt: number;
  readonly order: SettlementOrder;
  readonly fingerprint: `0x${string}`;
}

export type GatewayAnswer =
  | { readonly event: 'OperationApplied'; readonly state: GatewayState }
  | { readonly event: 'OperationAlreadyApplied' }
  | { readonly event: 'OperationRefused'; readonly reason: string };

interface Call {
  readonly state: GatewayState;
  readonly mood: GatewayMood;
  readonly operation: GatewayOperation;
  readonly timestamp: bigint;
}

const already: GatewayAnswer = { event: 'OperationAlreadyApplied' };
const refused = (reason: string): GatewayAnswer => ({ event: 'OperationRefused', reason });

export function execute(call: Call, signer: string): GatewayAnswer {
  if (call.state.barred.includes(signer)) return refused('NotAuthorized');
  if (call.mood.pausedAll) return refused('PausedAll');
  const { slot } = call.state;
  const own = slot.state === 'None' || slot.orderHash === call.operation.fingerprint.slice(0, 62);
  return own ? rules[call.operation.kind](call) : refused('OrderMismatch');
}

const rules: Record<OperationKind, (call: Call) => GatewayAnswer> = {
  Burn(call) {
    const { attempt, order } = call.operation;
    if (stands(call, 'Burned')) return already;
    const { slot } = call.state;
    const before = attempt === 0 ? slot.state === 'None' : slot.state === 'Refunded' && slot.attempt === attempt - 1;
    if (!before) return refused('Superseded');
    if (attempt >= order.maxAttempts) return refused('AttemptsExhausted');
    if (call.state.revoked) return refused('Revoked');
    if (call.timestamp >= order.validBefore) return refused('Expired');
    if (call.mood.pausedNew) return refused('PausedNew');
    if (call.mood.limitUsedUp) return refused('RateLimited');
    if (call.mood.spent) return refused('0xe450d38c');
    return applied(call, 'Burned', -order.amount);
  },
  Refund(call) {
    if (stands(call, 'Refunded')) return already;
    if (!stands(call, 'Burned')) return refused('Superseded');
    if (call.mood.frozen) return refused('0xf407e700');
    return applied(call, 'Refunded', call.operation.order.amount);
  },
  Mint(call) {
    const { attempt, order } = call.operation;
    if (stands(call, 'Minted')) return already;
    const { slot } = call.state;
    if (slot.state !== 'None' && !(slot.state === 'Cancelled' && attempt > slot.attempt)) return refused('Superseded');
    if (call.timestamp >= order.validBefore) return refused('Expired');
    if (call.mood.limitUsedUp) return refused('RateLimited');
    if (call.mood.frozen) return refused('0xf407e700');
    return applied(call, 'Minted', order.amount);
  },
  CancelMint(call) {
    const { slot } = call.state;
    if (slot.state === 'Cancelled' && call.operation.attempt <= slot.attempt) return already;
    if (slot.state !== 'None' && slot.state !== 'Cancelled') return refused('Superseded');
    return applied(call, 'Cancelled', 0n);
  },
  ReverseMint(call) {
    if (stands(call, 'Reversed')) return already;
    if (!stands(call, 'Minted')) return refused('Superseded');
    if (call.mood.frozen) return refused('0xf407e700');
    return applied(call, 'Reversed', -call.operation.order.amount);
  },
};

function stands({ state: { slot }, operation }: Call, state: SlotState): boolean {
  return slot.state === state && slot.attempt === operation.attempt;
}

function applied({ state, operation }: Call, to: SlotState, supply: bigint): GatewayAnswer {
  const orderHash = operation.fingerprint.slice(0, 62) as `0x${string}`;
  const slot = { state: to, attempt: operation.attempt, orderHash };
  return { event: 'OperationApplied', state: { ...state, slot, supply: state.supply + supply } };
}

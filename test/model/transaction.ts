import type { Operation } from './gateway';

/**
 * What can be in a block, as far as this settlement goes. `Empty` is a signed transaction on the nonce of a burn that leaves the
 * burn out (a fee bump or refill); `Expire` is the first block at or after validBefore; `Revoke` is the holder's.
 */
export const effects = ['Burn', 'Empty', 'Refund', 'Mint', 'CancelMint', 'Expire', 'Revoke'] as const;
export type Effect = (typeof effects)[number];

/**
 * One signed transaction, or block event. Signed ones that are alike are not told apart: which of two equal copies lands makes no
 * difference, as each has a nonce of its own.
 */
export interface Transaction {
  readonly effect: Effect;
  readonly attempt: number;
  /** A second signed transaction, without the burn, stands on the same nonce: one of the two lands at most. */
  readonly isReplaced: boolean;
  /** The ledger's journal knows it. A restore forgets. */
  readonly isJournaled: boolean;
}

/** As one byte, never 0. */
export type TransactionCode = number;

export function codeOf({ effect, attempt, isReplaced, isJournaled }: Transaction): TransactionCode {
  return 1 + effects.indexOf(effect) * 8 + attempt * 4 + (isReplaced ? 2 : 0) + (isJournaled ? 1 : 0);
}

export function effectOf(code: TransactionCode): Effect {
  return effects[(code - 1) >> 3] as Effect;
}

export const attemptOfCode = (code: TransactionCode): number => ((code - 1) >> 2) & 1;
export const isReplacedCode = (code: TransactionCode): boolean => ((code - 1) & 2) !== 0;
export const isJournaledCode = (code: TransactionCode): boolean => ((code - 1) & 1) !== 0;
export const forgotten = (code: TransactionCode): TransactionCode => code - ((code - 1) & 1);

/** Of a signed transaction: the bytes that go back to the pool when a reorg drops it, whichever of its nonce's two was in. */
export function pooledOf(code: TransactionCode): TransactionCode {
  return effectOf(code) === 'Empty' ? code - 8 : code;
}

/** The same burn, once another transaction is signed on its nonce. */
export const replacedOf = (burn: TransactionCode): TransactionCode => burn + 2;

/** What is signed on the same nonce then. */
export const emptyOf = (burn: TransactionCode): TransactionCode => burn + 8;

export const isSigned = (code: TransactionCode): boolean => effectOf(code) !== 'Expire' && effectOf(code) !== 'Revoke';

export const signed = (effect: Operation, attempt: number): TransactionCode =>
  codeOf({ effect, attempt, isReplaced: false, isJournaled: true });

export const blockEvent = (effect: 'Expire' | 'Revoke'): TransactionCode =>
  codeOf({ effect, attempt: 0, isReplaced: false, isJournaled: false });

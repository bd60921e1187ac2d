/** Where a settlement stands. The words and their order are the product's vocabulary: CLI, ledger, Web UI and docs use no other. */
export const statuses = [
  'PENDING',
  'PROCESSING',
  'BURNING',
  'BURNED',
  'MINTING',
  'MINTED',
  'COMPLETED',
  'COMPENSATING',
  'FAILED',
] as const;

export type SettlementStatus = (typeof statuses)[number];

/**
 * Every legal step, and nothing else. FAILED -> PROCESSING is the retry (a next run of the same order);
 * MINTED or COMPLETED -> COMPENSATING happens only after an operator's ReverseMint is final.
 */
export const legalTransitions: Readonly<Record<SettlementStatus, readonly SettlementStatus[]>> = {
  PENDING: ['PROCESSING', 'FAILED'],
  PROCESSING: ['BURNING', 'FAILED'],
  BURNING: ['BURNED', 'FAILED'],
  BURNED: ['MINTING', 'COMPENSATING'],
  MINTING: ['MINTED', 'COMPENSATING'],
  MINTED: ['COMPLETED', 'COMPENSATING'],
  COMPLETED: ['COMPENSATING'],
  COMPENSATING: ['FAILED', 'MINTING', 'MINTED'],
  FAILED: ['PROCESSING'],
};

/** COMPLETED and FAILED end a run; only an operator's reversal or a retry leaves them. */
export function isTerminal(status: SettlementStatus): boolean {
  return status === 'COMPLETED' || status === 'FAILED';
}

export function isLegalTransition(from: SettlementStatus, to: SettlementStatus): boolean {
  return legalTransitions[from].includes(to);
}

/** Throws when the step is not in the table: a bug in the caller, never a state of the world. */
export function assertLegalTransition(from: SettlementStatus, to: SettlementStatus): void {
  if (!isLegalTransition(from, to)) {
    throw new Error(`illegal transition ${from} -> ${to}; legal from ${from}: ${legalTransitions[from].join(', ')}`);
  }
}

/** The safety rules of the design, each of which can be dropped alone. The text is what the system does while the rule is on. */
export const ruleTexts = {
  slotChecks: 'the gateway applies an operation only on the slot state it starts from',
  slotAttempts: 'the gateway compares attempts: no mint at or below a tombstone, no refund or burn of another attempt',
  rowAttempt: 'the ledger journals only for the attempt its row stands in',
  permanentMark: 'no mint is journaled once the attempt carries the mark',
  rowLock: 'judging a mint and journaling it is one step, under the lock that the mark takes too',
  epochOfProof2: 'the mark proves something only in the epoch that the attempt began in',
  epochOfJournaling: 'burns and mints are journaled only in the epoch that the attempt began in',
  epochOfNoBurn: 'a no-burn proof from the journal counts only in the epoch that the attempt began in',
  epochOfFoundBurn: 'an attempt whose burn the ledger finds on chain, and did not journal, gets no epoch',
  burnFinal: 'no mint is journaled before the burn is final',
  mintFinal: 'COMPLETED only when the mint is final',
  tombstoneFinal: 'a tombstone counts for a refund only when it is final',
  refundFinal: 'FAILED after a refund only when the refund is final',
  sameBlock: 'proof 3 reads time and slot at one block',
  finalProof3: 'the block of proof 3 is final',
  proofBeforeRefund: 'a refund is journaled only with one of the three proofs that no mint can land',
  failedIsMark: 'a burn is journaled only in PROCESSING or BURNING, checked under the lock',
  failedSeesJournal: 'FAILED is refused when a burn was journaled that its proof had not seen',
  nonceFinal: 'a nonce counts as used only at a final block',
  everyNonce: 'every nonce that carried the burn must be used, not only one',
  finalOrderEnd: 'expiry and revocation prove that no burn can land only at a final block',
  ownerFence: 'only the run that drives the row writes and journals',
  keyRevocation: 'a restore ends only when the keys of before are revoked, finally',
  closedEntry: 'nobody enters the ledger between a restore and its end',
  freshEntry:
    'no slot that was read before a restore enters the ledger after it: a worker knows the epoch it started in',
} as const;

export type Rule = keyof typeof ruleTexts;
export type Rules = Readonly<Record<Rule, boolean>>;

export const ruleNames = Object.keys(ruleTexts) as Rule[];

export const allRules = Object.fromEntries(ruleNames.map((rule) => [rule, true])) as Rules;

export function without(dropped: readonly Rule[]): Rules {
  return { ...allRules, ...Object.fromEntries(dropped.map((rule) => [rule, false])) };
}

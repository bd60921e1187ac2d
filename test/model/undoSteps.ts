import { isOwn, withRun, type DeedRule, type Reading } from './deed';
import { isTombstone, minted, refunded, stateOf } from './gateway';
import { advance, journal, mark, mayMark } from './ledger';
import { isWanted, type Look, type Step } from './look';
import type { Intent, State } from './state';

/** The undos, `src/activities/cancelMint.ts` and `refund.ts`: evidence that no mint can land, then the tokens back. */
export const undoDeeds: readonly DeedRule[] = [
  {
    deed: 'Compensate',
    says: 'the row goes to COMPENSATING',
    read: (look) => (isAside(look) ? own(look) : null),
    act: (look, intent) => advance(look, 'COMPENSATING', intent),
  },
  {
    deed: 'Mark',
    says: "no mint was journaled: the mark 'no mint of this attempt' is set",
    read: (look) => (isCompensating(look, 'cancelMint') && mayMark(look, writerOf(look)) ? own(look) : null),
    act: (look, intent) => (mayMark(look, intent) ? mark(look.state, intent.attempt) : null),
    then: { at: 'refund' },
  },
  {
    deed: 'CancelMint',
    says: 'a tombstone is judged and journaled',
    read: readCancelMint,
    act: (look, intent) => journal(look, 'CancelMint', intent),
  },
  { deed: 'Refund', says: 'a refund is judged and journaled', read: readRefund, act: journalRefund },
];

const writerOf = ({ state }: Look) => ({ attempt: state.run.attempt, owner: 0 });
const own = ({ state }: Look) => ({ attempt: state.run.attempt, note: 0 });
const isUndoing = (look: Look, at: 'cancelMint' | 'refund'): boolean => look.state.run.at === at && isOwn(look);
const isCompensating = (look: Look, at: 'cancelMint' | 'refund'): boolean =>
  isUndoing(look, at) && look.state.ledger.status === 'COMPENSATING';

/** Not in COMPENSATING yet, or a mint that was cut off has moved the row on since. */
function isAside(look: Look): boolean {
  const { status } = look.state.ledger;
  return (
    (isUndoing(look, 'cancelMint') && status !== 'COMPENSATING') || (isUndoing(look, 'refund') && status === 'MINTING')
  );
}

function readCancelMint(look: Look): Reading | null {
  const { state, destination } = look;
  if (!state.isUp || !isCompensating(look, 'cancelMint')) return null;
  return isWanted(look, state.destination, destination, 'CancelMint', state.run.attempt) ? own(look) : null;
}

/** In the note of an intent to refund: it rests on the mark, which is set in the same step where it is not yet. */
const byMark = 1;

function readRefund(look: Look): Reading | null {
  const { state, rules, source } = look;
  const { attempt } = state.run;
  if (!isUndoing(look, 'refund') || !isWanted(look, state.source, source, 'Refund', attempt)) return null;
  if (mayMark(look, writerOf(look))) return { attempt, note: byMark };
  return evidence(look) !== null || !rules.proofBeforeRefund ? { attempt, note: 0 } : null;
}

function journalRefund(look: Look, intent: Intent): State | null {
  if (intent.note !== byMark) return journal(look, 'Refund', intent);
  if (!mayMark(look, intent)) return null;
  const marked = mark(look.state, intent.attempt);
  return journal({ ...look, state: marked }, 'Refund', intent) ?? marked;
}

/** `mintCannotLand`: proof 1 or proof 3, each from one final destination block. */
function evidence({ state, rules, destination }: Look): string | null {
  const { run, isUp } = state;
  const { final } = state.destination;
  if (!isUp) return null;
  if (isTombstone((rules.tombstoneFinal ? final : destination).slot, run.attempt)) return 'a tombstone stands';
  const block = rules.finalProof3 ? final : destination;
  const isUnminted = rules.sameBlock ? block.slot !== minted(run.attempt) : run.sawUnminted;
  return block.isExpired && isUnminted ? 'the order ran out, and the slot is not Minted' : null;
}

export function undoAnswers(look: Look): Step[] {
  const { run } = look.state;
  if (run.at === 'cancelMint') return cancelMintAnswers(look);
  return run.at === 'refund' ? refundAnswers(look) : [];
}

function cancelMintAnswers(look: Look): Step[] {
  const { state, rules } = look;
  if (!isCompensating(look, 'cancelMint')) return [];
  const { slot } = state.destination.final;
  const steps: Step[] = [];
  const go = (says: string, next: State) => steps.push({ says, cause: 'system', next });
  const proof = evidence(look);
  if (proof !== null) go(`${proof}: the refund begins`, withRun(state, { at: 'refund' }));
  if (!rules.proofBeforeRefund) go('the refund begins without a proof', withRun(state, { at: 'refund' }));
  if (state.isUp && slot === minted(state.run.attempt)) {
    go('the slot says Minted: the run goes forward', withRun(state, { at: 'mint' }));
  }
  if (!rules.sameBlock && state.isUp && stateOf(slot) !== 'Minted' && !state.run.sawUnminted) {
    go('the slot is read: not Minted', withRun(state, { sawUnminted: true }));
  }
  return steps;
}

function refundAnswers(look: Look): Step[] {
  const { state, rules } = look;
  const { attempt } = state.run;
  const { slot } = rules.refundFinal ? state.source.final : look.source;
  if (!isUndoing(look, 'refund') || slot !== refunded(attempt)) return [];
  const next = advance(look, 'FAILED', writerOf(look));
  if (!next) return [];
  return [{ says: 'the refund is final: FAILED, compensated', cause: 'system', next: withRun(next, { at: 'failed' }) }];
}

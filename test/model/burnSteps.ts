import { countAlive, withOne, withoutOne } from './chain';
import { withRun, type DeedRule, type Reading } from './deed';
import { burnStands, enter, readForEntry } from './entry';
import { burned, isBurned, refunded, stateOf } from './gateway';
import { advance, journal, unseenBurn } from './ledger';
import { isWanted, type Look, type Step } from './look';
import { burnsJournaled, currentEpoch, type Intent, type State } from './state';
import { effectOf, isJournaledCode, isReplacedCode, replacedOf, type TransactionCode } from './transaction';

/** The burn activity, `src/activities/burn.ts`: enters, signs, waits until the burn is final, or fails with a proof. */
export const burnDeeds: readonly DeedRule[] = [
  { deed: 'Enter', says: 'the run enters the ledger', read: readEntry, act: enter, goesOn: 'Find' },
  // The same execution looks at the slot again, and goes on from what it finds; a live one does so in `burnAnswers`.
  { deed: 'Find', says: 'the burn is found final: BURNED', read: () => null, act: find },
  {
    deed: 'Burn',
    says: 'a burn is judged and journaled',
    read: readBurn,
    act: (look, intent) => journal(look, 'Burn', intent),
  },
  {
    deed: 'Fail',
    says: 'the row goes to FAILED with a proof that no burn can land',
    read: readFail,
    act: fail,
    then: { at: 'failed' },
  },
];

function readEntry(look: Look): Reading | null {
  const { ledger, run } = look.state;
  if (run.at !== 'burn') return null;
  const reading = readForEntry(look);
  const isIn = ledger.status !== 'absent' && ledger.owner === 0;
  // Each execution of the activity enters again; that matters only where it finds a burn that the row does not know of.
  return !isIn || (ledger.status === 'PROCESSING' && reading.note === burnStands) ? reading : null;
}

const isBeforeBurned = ({ ledger: { status } }: State): boolean => status === 'PROCESSING' || status === 'BURNING';
const isIn = ({ ledger, run }: State): boolean => run.at === 'burn' && ledger.status !== 'absent' && ledger.owner === 0;

function readBurn(look: Look): Reading | null {
  const { state, bounds, source } = look;
  const { attempt } = state.ledger;
  if (!isIn(state) || !isBeforeBurned(state) || state.run.isCancelled || attempt >= bounds.attempts) return null;
  if (state.source.final.isExpired || state.source.final.isRevoked) return null;
  return isWanted(look, state.source, source, 'Burn', attempt) ? { attempt, note: 0 } : null;
}

/** In the note of an intent to fail: the proof rests on the journal. */
const needsEpoch = 1;

function readFail(look: Look): Reading | null {
  const { state, bounds } = look;
  const { final } = state.source;
  const { attempt } = state.ledger;
  if (!isIn(state) || !isBeforeBurned(state) || isBurned(final.slot)) return null;
  const order = look.rules.finalOrderEnd ? final : look.source;
  const hasEnded = (order.isExpired || order.isRevoked) && !isBurned(order.slot);
  const isDone = stateOf(final.slot) === 'Refunded' && final.slot === refunded(attempt);
  const isAsked = state.run.isCancelled || hasEnded || attempt >= bounds.attempts || isDone;
  const cause = isAsked ? 'system' : 'people'; // any check may refuse the order: a balance that is gone, for example
  if (hasEnded) return { attempt, note: 0, cause };
  return isUnsignedOrUsed(look, attempt) ? { attempt, note: needsEpoch, cause } : null;
}

/** Proofs (a) and (b) of section 4: none was ever journaled, or every nonce that carried it is used. */
function isUnsignedOrUsed({ state, rules, source }: Look, attempt: number): boolean {
  const count = burnsJournaled(state.ledger, attempt);
  if (count === 0) return true;
  if (!rules.nonceFinal && isBurned(source.slot)) return false;
  const used = rules.nonceFinal ? state.source : { ...state.source, suffix: [] };
  const alive = countAlive(used, 'Burn', attempt, true);
  return alive === 0 || (!rules.everyNonce && alive < count);
}

function find(look: Look, intent: Intent): State | null {
  const { state } = look;
  if (!isBeforeBurned(state) || state.source.final.slot !== burned(intent.attempt)) return null;
  return advance({ ...look, state: burning(state) }, 'BURNED', intent);
}

/** `fail_unburned`, the no-burn mark. */
function fail(look: Look, intent: Intent): State | null {
  const { state, rules } = look;
  if (!isBeforeBurned(state)) return null;
  const isOfEpoch = state.ledger.epoch === currentEpoch(state);
  if ((intent.note & needsEpoch) !== 0 && rules.epochOfNoBurn && !isOfEpoch) return null;
  if ((intent.note & unseenBurn) !== 0 && rules.failedSeesJournal) return null;
  return advance(look, 'FAILED', intent);
}

/** What the burn activity finds at a final block, or in the row, and answers to the workflow. */
export function burnAnswers(look: Look): Step[] {
  const { state, rules } = look;
  if (!isIn(state)) return [];
  const { ledger, source } = state;
  if (ledger.status === 'FAILED') {
    return [
      { says: 'the run ends with the answer that stands', cause: 'system', next: withRun(state, { at: 'failed' }) },
    ];
  }
  const writer = { attempt: ledger.attempt, owner: 0 };
  const { slot } = rules.burnFinal ? source.final : look.source;
  if (slot === burned(ledger.attempt)) {
    const next = isBeforeBurned(state) ? advance({ ...look, state: burning(state) }, 'BURNED', writer) : state;
    return toMint(next, ledger.attempt);
  }
  return source.final.slot === refunded(ledger.attempt) ? noteRefund(look) : [];
}

const burning = (state: State): State => ({ ...state, ledger: { ...state.ledger, status: 'BURNING' } });

function toMint(next: State | null, attempt: number): Step[] {
  if (!next) return [];
  return [{ says: 'the burn is final: BURNED', cause: 'system', next: withRun(next, { at: 'mint', attempt }) }];
}

/** A run was cut off after its refund: the next one finds it given back. */
function noteRefund(look: Look): Step[] {
  const writer = { attempt: look.state.ledger.attempt, owner: 0 };
  const compensating = advance(look, 'COMPENSATING', writer);
  const next = compensating && advance({ ...look, state: compensating }, 'FAILED', writer);
  if (!next) return [];
  return [{ says: 'the run finds the burn refunded: FAILED', cause: 'system', next: withRun(next, { at: 'failed' }) }];
}

/** A lane's upkeep: another transaction on the nonce of a burn, without it. Both are signed from then on. */
export function replacements({ state, bounds }: Look): Step[] {
  if (!bounds.hasReplacements || state.stage === 'closed') return [];
  const { source } = state;
  return source.pool.filter(isReplaceable).map((code) => {
    const pool = withOne(withoutOne(source.pool, code), replacedOf(code));
    return {
      says: 'a transaction without the burn is signed on its nonce',
      cause: 'system',
      next: { ...state, source: { ...source, pool } },
    };
  });
}

const isReplaceable = (code: TransactionCode): boolean =>
  effectOf(code) === 'Burn' && isJournaledCode(code) && !isReplacedCode(code);

import { isOwn, withRun, type DeedRule, type Reading } from './deed';
import { burned, minted } from './gateway';
import { advance, isAccepted, journal } from './ledger';
import { isWanted, type Look, type Step } from './look';
import type { Intent, Ledger, State } from './state';

/** The mint activity, `src/activities/mint.ts`. */
export const mintDeeds: readonly DeedRule[] = [
  { deed: 'Mint', says: 'a mint is judged and journaled', read: readMint, act: journalMint },
];

/** In the note of an intent to mint: the row was COMPENSATING, so it is moved to MINTING first. */
const fromCompensating = 1;
/** Without the row lock alone: it was judged when it was read, and is not again when it is journaled. */
const wasJudged = 2;

function readMint(look: Look): Reading | null {
  const { state, destination } = look;
  const { run, ledger, isUp } = state;
  if (run.at !== 'mint' || run.isCancelled || !isUp || ledger.status === 'absent' || ledger.owner !== 0) return null;
  const { attempt } = run;
  if (!isBurnStanding(look, attempt) || state.destination.final.isExpired) return null;
  if (!isWanted(look, state.destination, destination, 'Mint', attempt)) return null;
  if (ledger.status === 'COMPENSATING') return { attempt, note: fromCompensating };
  const isJudged = !look.rules.rowLock && isAccepted(look, 'Mint', { attempt, owner: 0 });
  return { attempt, note: isJudged ? wasJudged : 0 };
}

/** Final, and nothing newer speaks against it. */
function isBurnStanding({ state, rules, source }: Look, attempt: number): boolean {
  const isFinal = state.source.final.slot === burned(attempt) || !rules.burnFinal;
  return isFinal && source.slot === burned(attempt);
}

/** Two steps of the ledger: what the first wrote stands, though the second refuses. */
function journalMint(look: Look, intent: Intent): State | null {
  if (intent.note !== fromCompensating) return journal(look, 'Mint', intent, intent.note === wasJudged);
  const minting = advance(look, 'MINTING', intent);
  return minting && (journal({ ...look, state: minting }, 'Mint', intent) ?? minting);
}

/** From which the ledger is told that the mint is final. */
const completesFrom: ReadonlySet<Ledger['status']> = new Set(['BURNED', 'MINTING', 'COMPENSATING', 'MINTED']);

export function mintAnswers(look: Look): Step[] {
  const { state } = look;
  if (state.run.at !== 'mint') return [];
  const givenUp = withRun(state, { at: 'cancelMint' });
  const steps: Step[] = [
    { says: 'cancelled, refused, or the mint window is over: the run compensates', cause: 'system', next: givenUp },
  ];
  const complete = isMinted(look) ? completed(look) : null;
  if (!complete) return steps;
  steps.push({ says: 'the mint is final: COMPLETED', cause: 'system', next: withRun(complete, { at: 'completed' }) });
  // The ledger knows, and the answer to Temporal was lost.
  if (look.bounds.hasZombie) {
    steps.push({ says: 'COMPLETED in the ledger, and the answer is lost', cause: 'fault', next: complete });
  }
  return steps;
}

function isMinted({ state, rules, destination }: Look): boolean {
  const { run, isUp } = state;
  const { slot } = rules.mintFinal ? state.destination.final : destination;
  return isUp && slot === minted(run.attempt) && state.source.final.slot === burned(run.attempt);
}

function completed(look: Look): State | null {
  const { state } = look;
  const { status, owner } = state.ledger;
  if (status === 'absent' || owner !== 0) return null;
  if (status === 'COMPLETED') return isOwn(look) ? state : null;
  if (!completesFrom.has(status)) return state; // the activity has no step for it, and answers all the same
  if (!isOwn(look)) return null;
  return { ...state, ledger: { ...state.ledger, status: 'COMPLETED' } };
}
